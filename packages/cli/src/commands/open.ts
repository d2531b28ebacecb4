import { resolve } from 'node:path'
import type { OpenOptions, Session } from '@bootwright/core'
import type { Command } from 'commander'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { rendererFor } from '../render/choose-renderer.ts'
import type { Renderer } from '../render/renderer.ts'
import { UsageError } from '../usage-error.ts'

export interface Opened {
  readonly session: Session
  readonly renderer: Renderer
  readonly options: GlobalOptions
}

/** Opens the definition that the command line names, with its events shown. Use inside `await using` of what it returns. */
export async function open(
  command: Command,
  io: Io,
  more: Partial<OpenOptions> = {},
): Promise<Opened & AsyncDisposable> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const renderer = await rendererFor(io, { json: options.json ?? false, verbose: options.verbose ?? false })
  try {
    const [{ openSession }, { default: agent }, { default: debian }] = await Promise.all([
      import('@bootwright/core'),
      import('@bootwright/agent-bundle'),
      import('@bootwright/distribution-debian'),
    ])
    const session = await openSession({
      cwd: io.cwd,
      file: options.config === undefined ? undefined : resolve(io.cwd, options.config),
      env: io.env,
      libraryFolder: resolve(io.cwd, options.library),
      builtIn: [agent, debian],
      now: io.now(),
      sourceDate: sourceDate(io.env.SOURCE_DATE_EPOCH),
      signal: io.signal,
      onEvent: renderer.show,
      ...more,
    })
    return {
      session,
      renderer,
      options,
      async [Symbol.asyncDispose]() {
        renderer[Symbol.dispose]()
        await session[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    renderer[Symbol.dispose]()
    throw error
  }
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function sourceDate(text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,11}$/.test(text))
    throw new UsageError(`SOURCE_DATE_EPOCH is "${text}"; expected seconds since 1970, digits only`)
  return new Date(Number(text) * 1000)
}
