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
  stale: 'stale: it is not what it was when the medium was made',
  missing: 'missing, at least in part',
} as const

export const en: Messages = {
  firmware: firmware =>
    firmware.kind === 'bios'
      ? 'Started by BIOS.'
      : `Started by UEFI. Secure Boot is ${firmware.isSecureBoot ? 'on' : 'off'}.`,
  searching: () => 'Looking for the medium that this computer was started from ...',
  stillSearching: ({ seconds }) => `Not found yet; devices may still appear. Looking for ${seconds} more seconds.`,
  mediumNotFound: ({ seconds, id, looked }) =>
    `The medium${id ? ` ${id}` : ''} was not found within ${seconds} seconds. What was looked at:${list(looked)}
Put the medium in again, or use another port; a port may need a driver that the boot image lacks.`,
  noDevices: () => 'no disks, sticks or drives at all',
  deviceReading: ({ error }) => `cannot be read: ${error}`,
  noFileSystem: () => 'no file system that a medium has (ISO 9660, UDF, FAT, exFAT, NTFS, ext4)',
  mountFailed: ({ fileSystem, error }) => `${fileSystem}: cannot be mounted: ${error}`,
  noDescriptor: ({ fileSystem }) => `${fileSystem}: no medium, the file bootwright/medium.json is missing`,
  badDescriptor: ({ fileSystem, error }) => `${fileSystem}: ${error}`,
  otherMedium: ({ fileSystem, id }) => `${fileSystem}: another medium, ${id}`,
  notTrusted: ({ fileSystem, error }) => `${fileSystem}: the medium, but it is not trusted: ${error}`,
  mediumNotTrusted: ({ device, error }) => `The medium in ${device} is not trusted and does not run: ${error}.`,
  mediumAmbiguous: ({ devices }) =>
    `There are different media with the same id, and none of them is to be preferred:${list(devices)}\nTake all but one of them out.`,
  signed: ({ signer, serial }) => `Signed by ${signer}, issue ${serial}.`,
  unsigned: () => 'This medium is not signed: its contents cannot be verified.',
  keyboardUnknown: ({ name, error }) =>
    `The keyboard layout "${name}" cannot be set (${error}); the present one stays.`,
  medium: ({ label, id, date, type }) => `${label}\n  Id    ${id}\n  Date  ${date}\n  Type  ${type}`,
  passwordPrompt: () => 'Password of this medium: ',
  opening: () => 'Opening the medium ...',
  wrongPassword: ({ count, seconds }) => `Wrong password (try ${count}). Wait ${seconds} s.`,
  environmentUnreadable: ({ error }) => `The environment of this medium cannot be read: ${error}`,
  prestartStarts: ({ command }) => `Running the prestart command: ${command}`,
  prestartDone: () => 'The prestart command succeeded.',
  prestartFailed: ({ exitCode, output }) =>
    `The prestart command failed: exit code ${exitCode}.${output === '' ? '' : ` It wrote last:\n${output}`}`,
  stepFailed: ({ error }) => `This failed: ${error}`,
  errorTimeoutInvalid: ({ seconds }) =>
    `The variable SMSTSErrorDialogTimeout is no whole number of seconds; ${seconds} is taken.`,
  environmentLineRefused: ({ line, reason }) => `Line ${line} of the environment file is left out: ${reason}`,
  contentChecking: ({ name }) => `Checking "${name}" ...`,
  content: ({ kind, name, version, state }) =>
    `${KINDS[kind]} "${name}"${version === undefined ? '' : ` ${version}`}: ${STATES[state]}`,
  contentUnknown: ({ error }) => `What this computer has of the content cannot be told: ${error}`,
  contactDynamic: ({ urls }) => `Management points, in this order:${list(urls)}`,
  contactSiteBased: ({ url }) => `Management point: ${url}`,
  contactNobody: () => 'No management point is known; nothing would be contacted.',
  askingPoint: ({ url }) => `Asking ${url} ...`,
  pointFailed: ({ url, error }) => `${url} cannot be used: ${error}`,
  pointRedirects: ({ url, urls }) => `${url} says that this computer is served by:${list(urls)}`,
  redirectRefused: ({ url, urls }) =>
    `${url} says that this computer is served by others, which this medium does not ask:${list(urls)}`,
  clockSet: ({ time }) => `The clock of this computer was wrong. It is ${time} now.`,
  deploymentsOffered: ({ lines }) => `Task sequences for this computer:${list(lines)}`,
  deploymentPrompt: ({ count }) => `Which one (1 to ${count})? `,
  approvalAwaited: ({ users }) => `Waiting until an administrator agrees that ${users} use this computer.`,
  downloadInterrupted: ({ error, seconds }) =>
    `  The download was interrupted: ${error}. Trying again in ${seconds} s.`,
  environment: ({ lines }) => `Environment:${list(lines)}`,
  finished: () => 'All that this medium carries was done.',
  sequenceStarts: ({ name }) => `Task sequence "${name}"`,
  sequenceGoesOn: ({ name, step }) => `Task sequence "${name}" goes on with "${step}".`,
  stepStarts: ({ number, total, name }) => `[${number}/${total}] ${name}`,
  stepSays: ({ text }) => `  ${text}`,
  stepAgain: ({ error, seconds }) => `It failed: ${error}. Trying again in ${seconds} s.`,
  stepExitCode: ({ exitCode }) => `it ended with exit code ${exitCode}`,
  stepTookTooLong: ({ seconds }) => `it took longer than ${seconds} s and was ended`,
  stepInterrupted: ({ count }) => `the computer was switched off ${count} times while it ran; it is not begun again`,
  sequenceStepFailed: ({ number, total, name, error }) => `[${number}/${total}] "${name}" failed: ${error}`,
  failureIgnored: () => '  The sequence goes on in spite of that.',
  staging: ({ name }) => `  Copying "${name}" to the disk`,
  restartsIn: ({ seconds }) => `  Restarting in ${seconds} s.`,
  sequenceSucceeded: ({ name }) => `Task sequence "${name}" is done.`,
  sequenceFailed: ({ name, step, exitCode, error, logs }) =>
    `Task sequence "${name}" failed at "${step}" (${exitCode}): ${error}\nThe logs are in ${logs}.`,
  stateUnusable: ({ volume, error }) =>
    `On ${volume} is a task sequence that was interrupted, and it cannot go on: ${error}. It starts over.`,
  systemStarts: () => 'The sequence goes on in the installed system. If the medium starts again instead, take it out.',
  insertMedium: ({ number, count, label }) => `Put medium ${number} of ${count} of "${label}" into the drive.`,
  mediumInserted: ({ number }) => `  Medium ${number} is there.`,
  otherMediumInserted: ({ number, wanted }) =>
    number === undefined
      ? `That is a medium of something else; medium ${wanted} is wanted.`
      : `That is medium ${number}; medium ${wanted} is wanted.`,
  debuggerStops: ({ number, total, name }) =>
    `Debugger: step ${number} of ${total}, "${name}". h shows what can be typed.`,
  debuggerHelp: () => `  s        run this step, and stop before the next one
  r        run until a breakpoint, or the end
  b N      set or clear a breakpoint at step N
  g N      go to step N
  l        list the steps
  v TEXT   show the variables whose names have TEXT
  set A=B  set a variable; nothing behind = deletes it
  sh       shell
  q        end the sequence`,
  debuggerNoStep: ({ text, total }) => `There is no step "${text}"; expected a number from 1 to ${total}.`,
  sequenceCancelled: () => 'somebody ended it in the debugger',
  unexpected: ({ error, log }) => `The agent stopped at something unexpected: ${error}\nDetails are in ${log}.`,
  choose: () => 'What now?',
  chooseWithin: ({ seconds, choice }) => `What now? (in ${seconds} s: ${choice})`,
  again: () => ({ key: 't', text: 'try again' }),
  network: () => ({ key: 'n', text: 'network settings' }),
  addressPrompt: () => 'Address of this computer, as 192.0.2.10/24 (empty: DHCP): ',
  gatewayPrompt: () => 'Default gateway (empty: none): ',
  dnsPrompt: () => 'DNS servers (empty: none): ',
  proxyPrompt: () => 'Proxy, as http://proxy.corp.example:3128 (empty: none): ',
  networkInvalid: () => 'That is not what is asked for.',
  goOn: () => ({ key: 'g', text: 'go on with the task sequence that was begun here' }),
  startOver: () => ({ key: 'n', text: 'start it anew' }),
  reboot: () => ({ key: 'r', text: 'restart the computer' }),
  powerOff: () => ({ key: 'o', text: 'switch it off' }),
  shell: () => ({ key: 's', text: 'shell' }),
  shellStarts: () => 'A shell. "exit" comes back here.',
  rebooting: () => 'Restarting ...',
  poweringOff: () => 'Switching off ...',
}
