import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scratch, whereIs } from '@bootwright/test-support'
import { INIT_SCRIPT } from '../../src/initramfs/init-script.ts'

/** Programs of this machine that the first process runs as they are; all others are stand-ins. */
export const TOOLS: readonly string[] = ['find', 'cat', 'sort', 'awk', 'mv', 'tr', 'xargs', 'tail', 'mkdir']
/** Where an absolute path of the script leads. */
const ABSOLUTE = /(?<!\w)\/(?=(?:usr|dev|proc|sys|run|tmp|root)\b)/g

export interface Computer {
  /** What the agent ends with. */
  readonly agentEnds: number
  /** What the agent complains of. */
  readonly agentComplains?: string
  /** As in /sys/class/tty/console/active. */
  readonly consoles?: string
  /** Those that take settings. */
  readonly working?: readonly string[]
  /** What devices say of themselves, by their folder below /sys/devices. */
  readonly devices?: Readonly<Record<string, string>>
}

export interface Started {
  /** Commands of the stand-ins, in order: `reboot -f`. */
  readonly commands: readonly string[]
  /** Names passed to modprobe, by call. */
  readonly loaded: readonly (readonly string[])[]
  /** BOOTWRIGHT_CONSOLES of the agent, as the target has it. */
  readonly agentConsoles: string
  /** What is on a console at the end. */
  shown(name: string): string
}

/**
 * Runs the first process in a folder that it takes for `/`. What would change this machine are functions of the shell, which win over
 * programs; nothing else is on its PATH.
 */
export function runInit(computer: Computer): Started {
  const root = scratch()
  const { consoles = 'tty0', working = ['tty1'], devices = {} } = computer
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const program = (path: string, text: string): void => {
    write(path, `#!/bin/sh\n${text}\n`)
    chmodSync(join(root, path), 0o755)
  }
  write('sys/class/tty/console/active', `${consoles}\n`)
  for (const folder of ['dev', 'run', 'tmp', 'sys/devices']) mkdirSync(join(root, folder), { recursive: true })
  for (const name of ['console', ...working]) write(`dev/${name}`, '')
  for (const [folder, modalias] of Object.entries(devices)) write(`sys/devices/${folder}/modalias`, `${modalias}\n`)
  program('usr/bin/busybox', 'exit 0')
  program('usr/bin/modprobe', `for each; do echo "$each"; done >>${root}/loaded; echo >>${root}/loaded`)
  program(
    'usr/bin/node',
    `echo "$BOOTWRIGHT_CONSOLES" >${root}/consoles\necho '${computer.agentComplains ?? ''}' >&2\nexit ${computer.agentEnds}`,
  )
  for (const tool of TOOLS) symlinkSync(whereIs(tool)!, join(root, 'usr/bin', tool))
  const standIns = ['mount', 'ip', 'hostname', 'sync', 'sleep', 'reboot', 'poweroff']
    .map(name => `${name}() { echo "${name} $*" >>${root}/commands; }\n`)
    .join('')
  const script = INIT_SCRIPT.replace(ABSOLUTE, `${root}/`)
    // The real one has ended here.
    .replaceAll(/(reboot|poweroff) -f/g, '{ $&; exit; }')
  write(
    'init',
    `${standIns}usleep() { exit; }\nstty() { for name in ${working.join(' ')}; do [ "$2" = "${root}/dev/$name" ] && return; done; return 1; }\n${script}`,
  )
  execFileSync('sh', [join(root, 'init')], { cwd: root, stdio: 'pipe' })
  const textOf = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '')
  return {
    commands: textOf('commands').trimEnd().split('\n'),
    loaded: textOf('loaded')
      .split('\n\n')
      .filter(Boolean)
      .map(call => call.split('\n').filter(name => !name.startsWith('-'))),
    agentConsoles: textOf('consoles').trimEnd().replaceAll(root, ''),
    shown: name => textOf(`dev/${name}`),
  }
}
