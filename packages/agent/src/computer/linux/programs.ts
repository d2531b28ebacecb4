import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { InteractiveProgram, Programs } from '../programs.ts'
import { runToExit } from '../run-to-exit.ts'
import { waitForExit } from '../wait-for-exit.ts'

/** util-linux: the program that gives another one a terminal of its own. */
const SCRIPT = '/usr/bin/script'
/** Programs of the boot image. `script` names the program that makes terminals; without it, programs talk through pipes. */
export const linuxPrograms = (script: string = SCRIPT): Programs => ({
  run(command, args, options = {}) {
    const { folder, environment, input } = options
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // A group of its own, so that what it started ends with it.
      detached: true,
      ...(folder !== undefined && { cwd: folder }),
      ...(environment && { env: { ...process.env, ...environment } }),
    })
    return runToExit(child, options, isForced => signalGroup(child, isForced ? 'SIGKILL' : 'SIGTERM'))
  },
  start({ command, folder, environment, onOutput }) {
    const hasTerminal = isExecutable(script)
    const [file, args] = hasTerminal
      ? [script, ['--quiet', '--flush', '--return', '--echo', 'always', '--command', command, '/dev/null']]
      : ['/bin/sh', ['-c', command]]
    // `script` starts the shell that SHELL names.
    const env = { ...environment, SHELL: '/bin/sh' }
    // A session of its own: what a script sends to its process group (`kill 0`) does not reach the agent.
    const child = spawn(file, args, { cwd: folder, env, stdio: 'pipe', detached: true })
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8')
      stream.on('data', data => onOutput(decoder.write(data)))
    }
    // The program may end while it is typed to.
    child.stdin.on('error', () => {})
    const conversation: InteractiveProgram = {
      hasTerminal,
      type: text => void child.stdin.write(text),
      interrupt: () => signalGroup(child, 'SIGINT'),
      exit: waitForExit(child, onOutput, () => signalGroup(child, 'SIGTERM')),
    }
    return conversation
  },
})

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody is left in the group.
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
