import type { Messages } from './catalogue.ts'

const list = (lines: readonly string[]): string => lines.map(line => `\n  ${line}`).join('')

const KINDS = {
  operatingSystemImage: 'Operating system image',
  application: 'Application',
  package: 'Package',
  driverPackage: 'Driver package',
} as const
const STATES = {
  valid: 'valid',
  stale: 'stale: it has changed since the medium was built',
  missing: 'missing, at least in part',
} as const

export const en: Messages = {
  firmware: firmware =>
    firmware.kind === 'bios'
      ? 'Started by BIOS.'
      : `Started by UEFI. Secure Boot is ${firmware.isSecureBoot ? 'on' : 'off'}.`,
  searchingMedium: () => 'Searching for the medium that this computer was started from ...',
  stillSearching: ({ seconds }) => `Not found yet; devices may still appear. Searching for another ${seconds} seconds.`,
  mediumNotFound: ({ seconds, id, searched }) =>
    `The medium${id ? ` ${id}` : ''} was not found within ${seconds} seconds. Devices searched:${list(searched)}
Reinsert the medium, or use another port; a port may need a driver that the boot image lacks.`,
  noDevices: () => 'no disks, USB drives or disc drives',
  deviceUnreadable: ({ error }) => `cannot be read: ${error}`,
  noFileSystem: () => 'no file system of a medium (ISO 9660, UDF, FAT, exFAT, NTFS, ext4)',
  mountFailed: ({ fileSystem, error }) => `${fileSystem}: cannot be mounted: ${error}`,
  noDescriptor: ({ fileSystem }) => `${fileSystem}: not a medium: the file bootwright/medium.json is missing`,
  descriptorInvalid: ({ fileSystem, error }) => `${fileSystem}: ${error}`,
  otherMedium: ({ fileSystem, id }) => `${fileSystem}: another medium, ${id}`,
  notTrusted: ({ fileSystem, error }) => `${fileSystem}: the medium, but it is not trusted: ${error}`,
  mediumNotTrusted: ({ device, error }) => `The medium in ${device} is not trusted and will not run: ${error}.`,
  mediumAmbiguous: ({ devices }) =>
    `Several different media have the same id, and none takes precedence:${list(devices)}\nRemove all but one of them.`,
  signed: ({ signer, serial }) => `Signed by ${signer}, serial ${serial}.`,
  unsigned: () => 'This medium is not signed: its contents cannot be verified.',
  keyboardNotSet: ({ name, error }) =>
    `The keyboard layout "${name}" cannot be set (${error}); the current layout stays in use.`,
  medium: ({ label, id, date, type }) => `${label}\n  Id    ${id}\n  Date  ${date}\n  Type  ${type}`,
  passwordPrompt: () => 'Password of this medium: ',
  openingMedium: () => 'Opening the medium ...',
  wrongPassword: ({ count, seconds }) => `Wrong password (attempt ${count}). Wait ${seconds} s.`,
  environmentUnreadable: ({ error }) => `The environment of this medium cannot be read: ${error}`,
  prestartStarted: ({ command }) => `Running the prestart command: ${command}`,
  prestartSucceeded: () => 'The prestart command succeeded.',
  prestartFailed: ({ exitCode, output }) =>
    `The prestart command failed: exit code ${exitCode}.${output === '' ? '' : ` Last output:\n${output}`}`,
  operationFailed: ({ error }) => `Failed: ${error}`,
  errorTimeoutInvalid: ({ seconds }) =>
    `The variable SMSTSErrorDialogTimeout is not a whole number of seconds; using ${seconds}.`,
  environmentLineRefused: ({ line, reason }) => `Line ${line} of the environment file is ignored: ${reason}`,
  verifyingContent: ({ name }) => `Verifying "${name}" ...`,
  contentState: ({ kind, name, version, state }) =>
    `${KINDS[kind]} "${name}"${version === undefined ? '' : ` ${version}`}: ${STATES[state]}`,
  contentsUnreadable: ({ error }) => `The contents on this computer cannot be verified: ${error}`,
  managementPoints: ({ urls }) => `Management points, in this order:${list(urls)}`,
  managementPoint: ({ url }) => `Management point: ${url}`,
  noManagementPoint: () => 'No management point is known; none will be contacted.',
  contactingPoint: ({ url }) => `Contacting ${url} ...`,
  managementPointFailed: ({ url, error }) => `${url} cannot be used: ${error}`,
  managementPointReferral: ({ url, urls }) => `${url} refers this computer to:${list(urls)}`,
  referralIgnored: ({ url, urls }) =>
    `${url} refers this computer to other management points, which this site-based medium does not contact:${list(urls)}`,
  clockSet: ({ time }) => `The clock of this computer was wrong. It has been set to ${time}.`,
  deploymentsOffered: ({ lines }) => `Task sequences for this computer:${list(lines)}`,
  deploymentPrompt: ({ count }) => `Select one (1 to ${count}): `,
  waitingForApproval: ({ users }) => `Waiting for an administrator to approve ${users} as users of this computer.`,
  downloadInterrupted: ({ error, seconds }) => `  The download was interrupted: ${error}. Retrying in ${seconds} s.`,
  environment: ({ lines }) => `Environment:${list(lines)}`,
  mediumCompleted: () => 'All steps on this medium have completed.',
  sequenceStarted: ({ name }) => `Task sequence "${name}"`,
  sequenceResumed: ({ name, step }) => `Task sequence "${name}" resumes with "${step}".`,
  stepStarted: ({ number, total, name }) => `[${number}/${total}] ${name}`,
  stepMessage: ({ text }) => `  ${text}`,
  stepRetry: ({ error, seconds }) => `The step failed: ${error}. Retrying in ${seconds} s.`,
  stepExitCode: ({ exitCode }) => `it ended with exit code ${exitCode}`,
  stepTimedOut: ({ seconds }) => `it exceeded its time limit of ${seconds} s and was ended`,
  stepInterrupted: ({ count }) => `the computer lost power ${count} times while it ran; it is not run again`,
  sequenceStepFailed: ({ number, total, name, error }) => `[${number}/${total}] "${name}" failed: ${error}`,
  continuingOnError: () => '  Continuing: continueOnError is set.',
  copyingContent: ({ name }) => `  Copying "${name}" to the disk`,
  restartCountdown: ({ seconds }) => `  Restarting in ${seconds} s.`,
  sequenceSucceeded: ({ name }) => `Task sequence "${name}" has completed.`,
  sequenceFailed: ({ name, step, exitCode, error, logs }) =>
    `Task sequence "${name}" failed at "${step}" (${exitCode}): ${error}\nThe logs are in ${logs}.`,
  stateUnusable: ({ volume, error }) =>
    `${volume} contains an interrupted task sequence that cannot resume: ${error}. It starts over.`,
  continuingInInstalledSystem: () =>
    'The task sequence continues in the installed system. If the medium starts again instead, remove it.',
  insertMedium: ({ number, count, label }) => `Insert medium ${number} of ${count} of "${label}".`,
  mediumInserted: ({ number }) => `  Medium ${number} is inserted.`,
  wrongMediumInserted: ({ number, expected }) =>
    number === undefined
      ? `This medium does not belong to the set; insert medium ${expected}.`
      : `This is medium ${number}; insert medium ${expected}.`,
  debuggerStopped: ({ number, total, name }) => `Debugger: step ${number} of ${total}, "${name}". Type h for help.`,
  debuggerHelp: () => `  s        run this step, and stop before the next one
  r        run to the next breakpoint, or to the end
  b N      set or clear a breakpoint at step N
  g N      go to step N
  l        list the steps
  v TEXT   list the variables whose names contain TEXT
  set A=B  set a variable; an empty value deletes it
  sh       shell
  q        end the sequence`,
  debuggerUnknownStep: ({ text, total }) => `There is no step "${text}"; expected a number from 1 to ${total}.`,
  sequenceCancelled: () => 'it was cancelled in the debugger',
  unexpectedError: ({ error, log }) => `The agent stopped after an unexpected error: ${error}\nSee ${log}.`,
  choicePrompt: () => 'What now?',
  choicePromptWithTimeout: ({ seconds, choice }) => `What now? (in ${seconds} s: ${choice})`,
  retry: () => ({ key: 't', text: 'try again' }),
  network: () => ({ key: 'n', text: 'network settings' }),
  addressPrompt: () => 'Address of this computer, for example 192.0.2.10/24 (empty: DHCP): ',
  gatewayPrompt: () => 'Default gateway (empty: none): ',
  dnsPrompt: () => 'DNS servers (empty: none): ',
  proxyPrompt: () => 'Proxy, for example http://proxy.corp.example:3128 (empty: none): ',
  networkInvalid: () => 'Invalid value; enter it in the format shown.',
  resume: () => ({ key: 'g', text: 'resume the task sequence that was interrupted on this computer' }),
  startOver: () => ({ key: 'n', text: 'start over' }),
  reboot: () => ({ key: 'r', text: 'restart the computer' }),
  powerOff: () => ({ key: 'o', text: 'shut the computer down' }),
  shell: () => ({ key: 's', text: 'shell' }),
  shellStarted: () => 'Starting a shell. Type "exit" to return to this menu.',
  restarting: () => 'Restarting ...',
  shuttingDown: () => 'Shutting down ...',
}
