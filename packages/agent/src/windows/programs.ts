import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { MISSING, programEnd } from '../program-end.ts'
import type { Conversation, Programs } from '../programs.ts'

const SHELL = 'cmd.exe'

/** Starts programs; tests play it. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess

/** Programs of Windows PE. */
export const windowsPrograms = (start: Spawn = spawn): Programs => ({
  run: (command, args) =>
    new Promise(settle => {
      // Scripts are no programs: the shell runs them.
      const [file, all] = /\.cmd$/i.test(command) ? [SHELL, ['/d', '/c', command, ...args]] : [command, args]
      const child = start(file, all, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', data => {
          output += data
        })
      child.on('error', error => settle({ exitCode: MISSING, output: error.message }))
      child.on('close', code => settle({ exitCode: code ?? MISSING, output }))
    }),
  start({ command, folder, environment, onOutput }) {
    // As it is, in quotes that /s takes away: the shell's own rules are those of whoever wrote the command.
    const child = start(SHELL, ['/d', '/s', '/c', `"${command}"`], {
      cwd: folder,
      env: environment,
      stdio: 'pipe',
      windowsHide: true,
      windowsVerbatimArguments: true,
    })
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8')
      stream?.on('data', data => onOutput(decoder.write(data)))
    }
    // The program may end while it is typed to.
    child.stdin?.on('error', () => {})
    const conversation: Conversation = {
      hasTerminal: false,
      type: text => void child.stdin?.write(text.replaceAll('\n', '\r\n')),
      // Without a console of its own there is nobody whom Ctrl-C would reach: it ends, with all that it started.
      interrupt: () => {
        if (child.pid !== undefined) start('taskkill', ['/t', '/f', '/pid', String(child.pid)], { stdio: 'ignore' })
      },
      ended: programEnd(child, onOutput),
    }
    return conversation
  },
})
