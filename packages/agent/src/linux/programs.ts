import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { MISSING, programEnd } from '../program-end.ts'
import type { Conversation, Programs } from '../programs.ts'

/** util-linux: the program that gives another one a terminal of its own. */
const SCRIPT = '/usr/bin/script'

/** Programs of the boot image. `script` names the program that makes terminals; without it, programs talk through pipes. */
export const linuxPrograms = (script: string = SCRIPT): Programs => ({
  run: (command, args) =>
    new Promise(settle => {
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      let output = ''
      child.stdout.on('data', data => {
        output += data
      })
      child.stderr.on('data', data => {
        output += data
      })
      child.on('error', error => settle({ exitCode: MISSING, output: error.message }))
      child.on('close', code => settle({ exitCode: code ?? MISSING, output }))
    }),
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
    const conversation: Conversation = {
      hasTerminal,
      type: text => void child.stdin.write(text),
      interrupt: () => signalGroup(child, 'SIGINT'),
      ended: programEnd(child, onOutput, () => signalGroup(child, 'SIGTERM')),
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
