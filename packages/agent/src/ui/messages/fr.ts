import type { Messages } from './catalogue.ts'

const list = (lines: readonly string[]): string => lines.map(line => `\n  ${line}`).join('')

const KINDS = {
  operatingSystemImage: "Image de système d'exploitation",
  application: 'Application',
  package: 'Paquet',
  driverPackage: 'Paquet de pilotes',
} as const
const STATES = {
  valid: 'valide',
  stale: "périmé : ce n'est plus ce que c'était à la création du média",
  missing: 'manquant, au moins en partie',
} as const

export const fr: Messages = {
  firmware: firmware =>
    firmware.kind === 'bios'
      ? 'Démarré par le BIOS.'
      : `Démarré par UEFI. Secure Boot est ${firmware.isSecureBoot ? 'actif' : 'inactif'}.`,
  searching: () => 'Recherche du média à partir duquel cet ordinateur a démarré ...',
  stillSearching: ({ seconds }) =>
    `Pas encore trouvé ; des périphériques peuvent encore apparaître. Recherche pendant ${seconds} secondes encore.`,
  mediumNotFound: ({ seconds, id, looked }) =>
    `Le média${id ? ` ${id}` : ''} n'a pas été trouvé en ${seconds} secondes. Examinés :${list(looked)}
Réinsérez le média ou changez de port ; un port peut demander un pilote absent de l'image de démarrage.`,
  noDevices: () => 'aucun disque, clé ou lecteur',
  deviceReading: ({ error }) => `illisible : ${error}`,
  noFileSystem: () => "aucun système de fichiers d'un média (ISO 9660, UDF, FAT, exFAT, NTFS, ext4)",
  mountFailed: ({ fileSystem, error }) => `${fileSystem} : montage impossible : ${error}`,
  noDescriptor: ({ fileSystem }) => `${fileSystem} : pas un média, le fichier bootwright/medium.json est absent`,
  badDescriptor: ({ fileSystem, error }) => `${fileSystem} : ${error}`,
  otherMedium: ({ fileSystem, id }) => `${fileSystem} : un autre média, ${id}`,
  notTrusted: ({ fileSystem, error }) => `${fileSystem} : le média, mais il n'est pas digne de confiance : ${error}`,
  mediumNotTrusted: ({ device, error }) =>
    `Le média dans ${device} n'est pas digne de confiance et ne sera pas exécuté : ${error}.`,
  mediumAmbiguous: ({ devices }) =>
    `Plusieurs médias différents ont le même identifiant, et aucun n'est à préférer :${list(devices)}\nRetirez-les tous sauf un.`,
  signed: ({ signer, serial }) => `Signé par ${signer}, édition ${serial}.`,
  unsigned: () => "Ce média n'est pas signé : personne ne répond de son contenu.",
  keyboardUnknown: ({ name, error }) =>
    `La disposition de clavier « ${name} » ne peut pas être utilisée (${error}) ; l'actuelle est conservée.`,
  medium: ({ label, id, date, type }) => `${label}\n  Id    ${id}\n  Date  ${date}\n  Type  ${type}`,
  passwordPrompt: () => 'Mot de passe de ce média : ',
  opening: () => 'Ouverture du média ...',
  wrongPassword: ({ count, seconds }) => `Mot de passe incorrect (essai ${count}). Attendez ${seconds} s.`,
  environmentUnreadable: ({ error }) => `L'environnement de ce média est illisible : ${error}`,
  prestartStarts: ({ command }) => `Exécution de la commande préalable : ${command}`,
  prestartDone: () => 'La commande préalable a réussi.',
  prestartFailed: ({ exitCode, output }) =>
    `La commande préalable a échoué : code de sortie ${exitCode}.${output === '' ? '' : ` Fin de sa sortie :\n${output}`}`,
  stepFailed: ({ error }) => `Échec : ${error}`,
  errorTimeoutInvalid: ({ seconds }) =>
    `La variable SMSTSErrorDialogTimeout n'est pas un nombre entier de secondes ; ${seconds} est utilisé.`,
  environmentLineRefused: ({ line, reason }) => `Ligne ${line} du fichier d'environnement ignorée : ${reason}`,
  contentChecking: ({ name }) => `Vérification de « ${name} » ...`,
  content: ({ kind, name, version, state }) =>
    `${KINDS[kind]} « ${name} »${version === undefined ? '' : ` ${version}`} : ${STATES[state]}`,
  contentUnknown: ({ error }) => `Impossible de dire quel contenu est présent sur cet ordinateur : ${error}`,
  contactDynamic: ({ urls }) => `Points de gestion, dans cet ordre :${list(urls)}`,
  contactSiteBased: ({ url }) => `Point de gestion : ${url}`,
  contactNobody: () => "Aucun point de gestion n'est connu ; rien ne serait contacté.",
  askingPoint: ({ url }) => `Demande à ${url} ...`,
  pointFailed: ({ url, error }) => `${url} ne peut pas être utilisé : ${error}`,
  pointRedirects: ({ url, urls }) => `${url} dit que cet ordinateur est servi par :${list(urls)}`,
  redirectRefused: ({ url, urls }) =>
    `${url} dit que cet ordinateur est servi par d'autres, que ce support ne contacte pas :${list(urls)}`,
  clockSet: ({ time }) => `L'horloge de cet ordinateur était fausse. Il est maintenant ${time}.`,
  deploymentsOffered: ({ lines }) => `Séquences de tâches pour cet ordinateur :${list(lines)}`,
  deploymentPrompt: ({ count }) => `Laquelle (1 à ${count}) ? `,
  approvalAwaited: ({ users }) => `Attente de l'accord d'un administrateur : ${users} utiliseraient cet ordinateur.`,
  downloadInterrupted: ({ error, seconds }) =>
    `  Le téléchargement a été interrompu : ${error}. Nouvel essai dans ${seconds} s.`,
  environment: ({ lines }) => `Environnement :${list(lines)}`,
  finished: () => 'Tout ce que porte ce média a été fait.',
  sequenceStarts: ({ name }) => `Séquence de tâches « ${name} »`,
  sequenceGoesOn: ({ name, step }) => `La séquence de tâches « ${name} » reprend à « ${step} ».`,
  stepStarts: ({ number, total, name }) => `[${number}/${total}] ${name}`,
  stepSays: ({ text }) => `  ${text}`,
  stepAgain: ({ error, seconds }) => `Échec : ${error}. Nouvel essai dans ${seconds} s.`,
  stepExitCode: ({ exitCode }) => `fin avec le code de sortie ${exitCode}`,
  stepTookTooLong: ({ seconds }) => `plus de ${seconds} s se sont écoulées ; l'étape a été arrêtée`,
  stepInterrupted: ({ count }) => `l'ordinateur s'est éteint ${count} fois pendant l'étape ; elle n'est plus reprise`,
  sequenceStepFailed: ({ number, total, name, error }) => `[${number}/${total}] « ${name} » a échoué : ${error}`,
  failureIgnored: () => '  La séquence continue malgré cela.',
  staging: ({ name }) => `  Copie de « ${name} » sur le disque`,
  restartsIn: ({ seconds }) => `  Redémarrage dans ${seconds} s.`,
  sequenceSucceeded: ({ name }) => `La séquence de tâches « ${name} » est terminée.`,
  sequenceFailed: ({ name, step, exitCode, error, logs }) =>
    `La séquence de tâches « ${name} » a échoué à « ${step} » (${exitCode}) : ${error}\nLes journaux sont dans ${logs}.`,
  stateUnusable: ({ volume, error }) =>
    `Sur ${volume} se trouve une séquence interrompue qui ne peut pas reprendre : ${error}. Elle recommence.`,
  systemStarts: () => 'La séquence continue dans le système installé. Si le média redémarre, retirez-le.',
  insertMedium: ({ number, count, label }) => `Insérez le média ${number} sur ${count} de « ${label} ».`,
  mediumInserted: ({ number }) => `  Le média ${number} est là.`,
  otherMediumInserted: ({ number, wanted }) =>
    number === undefined
      ? `C'est un média d'autre chose ; il faut le média ${wanted}.`
      : `C'est le média ${number} ; il faut le média ${wanted}.`,
  debuggerStops: ({ number, total, name }) =>
    `Débogueur : étape ${number} sur ${total}, « ${name} ». h montre ce que l'on peut taper.`,
  debuggerHelp: () => `  s        exécuter cette étape, et s'arrêter avant la suivante
  r        exécuter jusqu'à un point d'arrêt, ou jusqu'à la fin
  b N      poser ou retirer un point d'arrêt à l'étape N
  g N      aller à l'étape N
  l        la liste des étapes
  v TEXTE  les variables dont le nom contient TEXTE
  set A=B  donner une valeur à une variable ; rien après = la supprime
  sh       interpréteur de commandes
  q        terminer la séquence`,
  debuggerNoStep: ({ text, total }) => `Il n'y a pas d'étape « ${text} » ; un nombre de 1 à ${total} est attendu.`,
  sequenceCancelled: () => "quelqu'un l'a terminée dans le débogueur",
  unexpected: ({ error, log }) => `L'agent s'est arrêté sur un imprévu : ${error}\nDétails dans ${log}.`,
  choose: () => 'Que faire ?',
  chooseWithin: ({ seconds, choice }) => `Que faire ? (dans ${seconds} s : ${choice})`,
  again: () => ({ key: 'e', text: 'essayer encore' }),
  network: () => ({ key: 'p', text: 'paramètres du réseau' }),
  addressPrompt: () => 'Adresse de cet ordinateur, comme 192.0.2.10/24 (vide : DHCP) : ',
  gatewayPrompt: () => 'Passerelle par défaut (vide : aucune) : ',
  dnsPrompt: () => 'Serveurs DNS (vide : aucun) : ',
  proxyPrompt: () => 'Proxy, comme http://proxy.corp.example:3128 (vide : aucun) : ',
  networkInvalid: () => "Ce n'est pas ce qui est demandé.",
  goOn: () => ({ key: 'c', text: 'continuer la séquence de tâches commencée ici' }),
  startOver: () => ({ key: 'n', text: 'la recommencer' }),
  reboot: () => ({ key: 'r', text: "redémarrer l'ordinateur" }),
  powerOff: () => ({ key: 'a', text: "l'arrêter" }),
  shell: () => ({ key: 's', text: 'interpréteur de commandes (shell)' }),
  shellStarts: () => 'Un shell. « exit » revient ici.',
  rebooting: () => 'Redémarrage ...',
  poweringOff: () => 'Arrêt ...',
}
