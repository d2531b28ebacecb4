import type { Messages } from './catalogue.ts'

const list = (lines: readonly string[]): string => lines.map(line => `\n  ${line}`).join('')

const KINDS = {
  operatingSystemImage: "Image de système d'exploitation",
  application: 'Application',
  package: 'Package',
  driverPackage: 'Package de pilotes',
} as const
const STATES = {
  valid: 'valide',
  stale: 'obsolète : modifié depuis la création du média',
  missing: 'manquant, au moins en partie',
} as const

export const fr: Messages = {
  firmware: firmware =>
    firmware.kind === 'bios'
      ? 'Démarrage par le BIOS.'
      : `Démarrage par UEFI. Secure Boot est ${firmware.isSecureBoot ? 'activé' : 'désactivé'}.`,
  searchingMedium: () => 'Recherche du média de démarrage de cet ordinateur ...',
  stillSearching: ({ seconds }) =>
    `Média introuvable pour l'instant ; des périphériques peuvent encore apparaître. La recherche continue pendant ${seconds} secondes.`,
  mediumNotFound: ({ seconds, id, searched }) =>
    `Le média${id ? ` ${id}` : ''} n'a pas été trouvé en ${seconds} secondes. Périphériques examinés :${list(searched)}
Réinsérez le média ou utilisez un autre port ; un port peut nécessiter un pilote absent de l'image de démarrage.`,
  noDevices: () => 'aucun disque, aucune clé USB, aucun lecteur de disque',
  deviceUnreadable: ({ error }) => `illisible : ${error}`,
  noFileSystem: () => "aucun système de fichiers d'un média (ISO 9660, UDF, FAT, exFAT, NTFS, ext4)",
  mountFailed: ({ fileSystem, error }) => `${fileSystem} : montage impossible : ${error}`,
  noDescriptor: ({ fileSystem }) =>
    `${fileSystem} : ce n'est pas un média : le fichier bootwright/medium.json est absent`,
  descriptorInvalid: ({ fileSystem, error }) => `${fileSystem} : ${error}`,
  otherMedium: ({ fileSystem, id }) => `${fileSystem} : un autre média, ${id}`,
  notTrusted: ({ fileSystem, error }) => `${fileSystem} : le média recherché, mais il n'est pas approuvé : ${error}`,
  mediumNotTrusted: ({ device, error }) =>
    `Le média dans ${device} n'est pas approuvé et ne sera pas exécuté : ${error}.`,
  mediumAmbiguous: ({ devices }) =>
    `Plusieurs médias différents ont le même identifiant, et aucun n'est prioritaire :${list(devices)}\nRetirez-les tous sauf un.`,
  signed: ({ signer, serial }) => `Signé par ${signer}, numéro de série ${serial}.`,
  unsigned: () => "Ce média n'est pas signé : son contenu ne peut pas être vérifié.",
  keyboardNotSet: ({ name, error }) =>
    `La disposition de clavier « ${name} » ne peut pas être utilisée (${error}) ; la disposition actuelle est conservée.`,
  medium: ({ label, id, date, type }) => `${label}\n  Id    ${id}\n  Date  ${date}\n  Type  ${type}`,
  passwordPrompt: () => 'Mot de passe de ce média : ',
  openingMedium: () => 'Ouverture du média ...',
  wrongPassword: ({ count, seconds }) => `Mot de passe incorrect (essai ${count}). Attendez ${seconds} s.`,
  environmentUnreadable: ({ error }) => `L'environnement de ce média est illisible : ${error}`,
  prestartStarted: ({ command }) => `Exécution de la commande de prédémarrage : ${command}`,
  prestartSucceeded: () => 'La commande de prédémarrage a réussi.',
  prestartFailed: ({ exitCode, output }) =>
    `La commande de prédémarrage a échoué : code de sortie ${exitCode}.${output === '' ? '' : ` Fin de la sortie :\n${output}`}`,
  operationFailed: ({ error }) => `Échec : ${error}`,
  errorTimeoutInvalid: ({ seconds }) =>
    `La variable SMSTSErrorDialogTimeout n'est pas un nombre entier de secondes ; la valeur ${seconds} est utilisée.`,
  environmentLineRefused: ({ line, reason }) => `Ligne ${line} du fichier d'environnement ignorée : ${reason}`,
  verifyingContent: ({ name }) => `Vérification de « ${name} » ...`,
  contentState: ({ kind, name, version, state }) =>
    `${KINDS[kind]} « ${name} »${version === undefined ? '' : ` ${version}`} : ${STATES[state]}`,
  contentsUnreadable: ({ error }) => `Le contenu présent sur cet ordinateur ne peut pas être vérifié : ${error}`,
  managementPoints: ({ urls }) => `Points de gestion, dans cet ordre :${list(urls)}`,
  managementPoint: ({ url }) => `Point de gestion : ${url}`,
  noManagementPoint: () => "Aucun point de gestion n'est connu ; aucun ne sera contacté.",
  contactingPoint: ({ url }) => `Connexion à ${url} ...`,
  managementPointFailed: ({ url, error }) => `${url} ne peut pas être utilisé : ${error}`,
  managementPointReferral: ({ url, urls }) => `${url} redirige cet ordinateur vers :${list(urls)}`,
  referralIgnored: ({ url, urls }) =>
    `${url} redirige cet ordinateur vers d'autres points de gestion, que ce média associé à un site ne contacte pas :${list(urls)}`,
  clockSet: ({ time }) => `L'horloge de cet ordinateur était incorrecte. Elle a été réglée sur ${time}.`,
  deploymentsOffered: ({ lines }) => `Séquences de tâches pour cet ordinateur :${list(lines)}`,
  deploymentPrompt: ({ count }) => `Choisissez (1 à ${count}) : `,
  waitingForApproval: ({ users }) =>
    `En attente de l'approbation d'un administrateur : ${users} comme utilisateurs de cet ordinateur.`,
  downloadInterrupted: ({ error, seconds }) =>
    `  Le téléchargement a été interrompu : ${error}. Nouvel essai dans ${seconds} s.`,
  environment: ({ lines }) => `Environnement :${list(lines)}`,
  mediumCompleted: () => 'Toutes les étapes de ce média sont terminées.',
  sequenceStarted: ({ name }) => `Séquence de tâches « ${name} »`,
  sequenceResumed: ({ name, step }) => `La séquence de tâches « ${name} » reprend à « ${step} ».`,
  stepStarted: ({ number, total, name }) => `[${number}/${total}] ${name}`,
  stepMessage: ({ text }) => `  ${text}`,
  stepRetry: ({ error, seconds }) => `L'étape a échoué : ${error}. Nouvel essai dans ${seconds} s.`,
  stepExitCode: ({ exitCode }) => `l'étape s'est terminée avec le code de sortie ${exitCode}`,
  stepTimedOut: ({ seconds }) => `l'étape a dépassé sa limite de ${seconds} s et a été arrêtée`,
  stepInterrupted: ({ count }) =>
    `l'ordinateur s'est éteint ${count} fois pendant cette étape ; elle n'est plus exécutée`,
  sequenceStepFailed: ({ number, total, name, error }) => `[${number}/${total}] « ${name} » a échoué : ${error}`,
  continuingOnError: () => '  La séquence continue : continueOnError est défini.',
  copyingContent: ({ name }) => `  Copie de « ${name} » sur le disque`,
  restartCountdown: ({ seconds }) => `  Redémarrage dans ${seconds} s.`,
  sequenceSucceeded: ({ name }) => `La séquence de tâches « ${name} » est terminée.`,
  sequenceFailed: ({ name, step, exitCode, error, logs }) =>
    `La séquence de tâches « ${name} » a échoué à « ${step} » (${exitCode}) : ${error}\nLes journaux sont dans ${logs}.`,
  stateUnusable: ({ volume, error }) =>
    `${volume} contient une séquence de tâches interrompue qui ne peut pas reprendre : ${error}. Elle recommence au début.`,
  continuingInInstalledSystem: () =>
    "La séquence de tâches continue dans le système installé. Si l'ordinateur redémarre sur le média, retirez-le.",
  insertMedium: ({ number, count, label }) => `Insérez le média ${number} sur ${count} de « ${label} ».`,
  mediumInserted: ({ number }) => `  Le média ${number} est inséré.`,
  wrongMediumInserted: ({ number, expected }) =>
    number === undefined
      ? `Ce média ne fait pas partie du jeu ; insérez le média ${expected}.`
      : `C'est le média ${number} ; insérez le média ${expected}.`,
  debuggerStopped: ({ number, total, name }) =>
    `Débogueur : étape ${number} sur ${total}, « ${name} ». Tapez h pour afficher l'aide.`,
  debuggerHelp: () => `  s        exécuter cette étape, et s'arrêter avant la suivante
  r        exécuter jusqu'au prochain point d'arrêt, ou jusqu'à la fin
  b N      placer ou retirer un point d'arrêt à l'étape N
  g N      aller à l'étape N
  l        afficher la liste des étapes
  v TEXTE  afficher les variables dont le nom contient TEXTE
  set A=B  définir une variable ; une valeur vide la supprime
  sh       interpréteur de commandes
  q        terminer la séquence`,
  debuggerUnknownStep: ({ text, total }) => `L'étape « ${text} » n'existe pas ; un nombre de 1 à ${total} est attendu.`,
  sequenceCancelled: () => 'elle a été annulée dans le débogueur',
  unexpectedError: ({ error, log }) =>
    `L'agent s'est arrêté à cause d'une erreur inattendue : ${error}\nConsultez ${log}.`,
  choicePrompt: () => 'Que faire ?',
  choicePromptWithTimeout: ({ seconds, choice }) => `Que faire ? (dans ${seconds} s : ${choice})`,
  retry: () => ({ key: 'e', text: 'réessayer' }),
  network: () => ({ key: 'p', text: 'paramètres réseau' }),
  addressPrompt: () => 'Adresse de cet ordinateur, par exemple 192.0.2.10/24 (vide : DHCP) : ',
  gatewayPrompt: () => 'Passerelle par défaut (vide : aucune) : ',
  dnsPrompt: () => 'Serveurs DNS (vide : aucun) : ',
  proxyPrompt: () => 'Proxy, par exemple http://proxy.corp.example:3128 (vide : aucun) : ',
  networkInvalid: () => 'Valeur incorrecte ; respectez le format indiqué.',
  resume: () => ({ key: 'c', text: 'reprendre la séquence de tâches interrompue sur cet ordinateur' }),
  startOver: () => ({ key: 'n', text: 'recommencer au début' }),
  reboot: () => ({ key: 'r', text: "redémarrer l'ordinateur" }),
  powerOff: () => ({ key: 'a', text: "arrêter l'ordinateur" }),
  shell: () => ({ key: 's', text: 'interpréteur de commandes' }),
  shellStarted: () => "Ouverture d'un interpréteur de commandes. Tapez « exit » pour revenir à ce menu.",
  restarting: () => 'Redémarrage ...',
  shuttingDown: () => 'Arrêt ...',
}
