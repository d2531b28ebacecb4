import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { InteractiveProgram, Programs } from '../programs.ts'
import { runToExit } from '../run-to-exit.ts'
import { waitForExit } from '../wait-for-exit.ts'

/** util-linux: runs a program with its own terminal. */
const SCRIPT = '/usr/bin/script'
/** Programs of the boot image. `script` is the program that creates terminals; without it, programs use pipes. */
export const linuxPrograms = (script: string = SCRIPT): Programs => ({
  run(command, args, options = {}) {
    const { folder, environment, input } = options
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // A separate process group, so that child processes end with the program.
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
    // A separate session: signals that a script sends to its process group (`kill 0`) do not reach the agent.
    const child = spawn(file, args, { cwd: folder, env, stdio: 'pipe', detached: true })
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8')
      stream.on('data', data => onOutput(decoder.write(data)))
    }
    // The program may end during input.
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
    // The group is empty.
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
