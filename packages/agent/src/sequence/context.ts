import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProgramResult, RunEnvironment, RunOptions, StepContext } from '@bootwright/api'
import { type CompiledSequence, expand } from '@bootwright/task-sequence/run'
import type { Identity } from '../computer/system.ts'
import type { Contents } from '../content/contents.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import { maskedStream } from '../ui/masked-stream.ts'
import type { ProgressLine } from '../ui/progress.ts'

/** A restart that a step requested. */
export interface Restart {
  readonly into: RunEnvironment
  readonly message?: string | undefined
  readonly seconds?: number | undefined
}

export interface ContextOptions {
  readonly computer: Computer
  readonly environment: RunEnvironment
  readonly identity: Identity
  readonly variables: Variables
  readonly catalogue: CompiledSequence['catalogue']
  readonly contents: Contents
  readonly signal: AbortSignal
  readonly progress: ProgressLine
  /** Whether an operator can be prompted. */
  readonly isAttended: boolean
  /** Device of the medium. */
  readonly medium: string | undefined
  /** The parent of working folders. */
  readonly base: () => Promise<string>
  readonly keepStateOn: (volume: string) => Promise<void>
  readonly release: (disk: string) => Promise<void>
  readonly prepareInstalledSystem: (root: string) => Promise<void>
  readonly onRestart: (restart: Restart) => void
}

/** The context of one step on the computer. */
export function stepContext(options: ContextOptions): StepContext {
  const { computer, environment, identity, variables, catalogue, contents, signal, progress, base } = options
  const { report, terminal, masker, programs, system, firmware, platform } = computer
  const shown = maskedStream(masker, text => terminal.print(text))
  const output = (text: string): void => {
    progress.end()
    shown.write(text)
  }
  const run = async (command: string, args: readonly string[], more: RunOptions = {}): Promise<ProgramResult> => {
    signal.throwIfAborted()
    const result = await programs.run(command, args, {
      ...more,
      environment: { ...computer.environment, ...more.environment },
      signal,
    })
    report.log('debug', `${command} ${args.join(' ')}`, {
      exitCode: result.exitCode,
      output: result.output.slice(-4096),
    })
    signal.throwIfAborted()
    return result
  }
  return {
    platform,
    environment,
    firmware,
    architecture: identity.architecture,
    variables: {
      get: name => variables.get(name)?.value,
      set: variables.setUnchecked,
      list: variables.list,
      expand: text => expand(text, name => variables.get(name)?.value),
    },
    signal,
    log: {
      info: text => tell(text, 'info'),
      warn: text => tell(text, 'warn'),
      output,
      debug: text => report.log('debug', text),
      progress: (done, total, unit = 'percent') => progress.report(done, total, unit),
    },
    async folder() {
      const folder = join(await base(), 'work')
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    run,
    async shell(commandLine, more = {}) {
      const [command, ...args] = computer.commands.line(commandLine)
      const environmentOf = Object.fromEntries(variables.list().map(({ name, value }) => [name, value]))
      try {
        return await run(command!, args, {
          onOutput: output,
          ...more,
          environment: { ...environmentOf, ...more.environment },
        })
      } finally {
        shown.end()
      }
    },
    async prompt(question) {
      if (!options.isAttended) return undefined
      progress.end()
      terminal.discardKeys()
      terminal.print(`${question}\n> `)
      return await terminal.readLine({ signal })
    },
    content: contents.get,
    catalogue,
    disks: {
      list: () => system.disks(options.medium),
      mount: system.mount,
      unmount: system.unmount,
      release: options.release,
      keepStateOn: options.keepStateOn,
    },
    connect: system.connect,
    prepareInstalledSystem: options.prepareInstalledSystem,
    restart: (into, more = {}) => options.onRestart({ into, ...more }),
  }

  function tell(text: string, level: 'info' | 'warn'): void {
    progress.end()
    report.print(level, 'stepMessage', { text })
  }
}
