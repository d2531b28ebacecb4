import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { InteractiveProgram, Programs } from '../programs.ts'
import { runToExit } from '../run-to-exit.ts'
import { waitForExit } from '../wait-for-exit.ts'

const SHELL = 'cmd.exe'

/** Starts programs; replaced in tests. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess

/** Programs of Windows PE. */
export const windowsPrograms = (start: Spawn = spawn): Programs => ({
  run(command, args, options = {}) {
    const { folder, environment, input } = options
    // The shell runs scripts.
    const [file, all] = /\.cmd$/i.test(command) ? [SHELL, ['/d', '/c', command, ...args]] : [command, args]
    const child = start(file, all, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A command line contains its own quotes.
      windowsVerbatimArguments: command === SHELL,
      ...(folder !== undefined && { cwd: folder }),
      ...(environment && { env: { ...process.env, ...environment } }),
    })
    return runToExit(child, options, () => endTree(start, child))
  },
  start({ command, folder, environment, onOutput }) {
    // Passed verbatim, in quotes that /s strips: the author of the command follows the rules of the shell.
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
    // The program may end during input.
    child.stdin?.on('error', () => {})
    const conversation: InteractiveProgram = {
      hasTerminal: false,
      type: text => void child.stdin?.write(text.replaceAll('\n', '\r\n')),
      // Ctrl-C cannot reach a program without a console: it is ended with its child processes.
      interrupt: () => endTree(start, child),
      exit: waitForExit(child, onOutput),
    }
    return conversation
  },
})

function endTree(start: Spawn, { pid }: ChildProcess): void {
  if (pid !== undefined) start('taskkill', ['/t', '/f', '/pid', String(pid)], { stdio: 'ignore' })
}
