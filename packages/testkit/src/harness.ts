import { promises as fs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HookName, Plugin } from '@bootwright/api'
import { type BuildEvent, openSession, type Session } from '@bootwright/core'

export interface HarnessOptions {
  readonly plugins: readonly Plugin[]
  /** The definition as an object; `plugins` defaults to an empty list. */
  readonly definition: Readonly<Record<string, unknown>>
  /** Files beside the definition, by relative path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** An existing folder, to build the same definition again. Defaults to a new temporary folder. */
  readonly folder?: string
  /** The content library. Defaults to `library` in the folder, so that tests do not share artifacts. */
  readonly libraryFolder?: string | undefined
}

/** A kernel that contains only the plugins under test. Disposing it closes the session and removes the temporary folder. */
export interface Harness extends AsyncDisposable {
  readonly session: Session
  /** Folder of the definition. */
  readonly folder: string
  readonly events: readonly BuildEvent[]
  /** The phases that were started, in order. */
  phases(): readonly HookName[]
  /** Messages logged at a level. */
  logged(level: 'debug' | 'info' | 'warn'): readonly string[]
}

export async function harness(options: HarnessOptions): Promise<Harness> {
  const folder = options.folder ?? (await fs.mkdtemp(join(tmpdir(), 'bootwright-harness-')))
  const remove = async (): Promise<void> => {
    if (options.folder === undefined) await fs.rm(folder, { recursive: true, force: true })
  }
  try {
    for (const [path, content] of Object.entries(options.files ?? {})) {
      await fs.mkdir(join(folder, path, '..'), { recursive: true })
      await fs.writeFile(join(folder, path), content)
    }
    const file = join(folder, 'bootwright.config.json')
    await fs.writeFile(file, JSON.stringify({ plugins: [], ...options.definition }, null, 2))
    const events: BuildEvent[] = []
    const session = await openSession({
      cwd: folder,
      file,
      env: options.env ?? {},
      libraryFolder: options.libraryFolder ?? join(folder, 'library'),
      builtIn: options.plugins,
      now: new Date('2026-11-24T00:00:00Z'),
      onEvent: event => events.push(event),
      ...(options.signal && { signal: options.signal }),
    })
    return {
      session,
      folder,
      events,
      phases: () => events.flatMap(event => (event.type === 'phase' && event.state === 'start' ? [event.phase] : [])),
      logged: level => events.flatMap(event => (event.type === 'log' && event.level === level ? [event.message] : [])),
      async [Symbol.asyncDispose]() {
        await session[Symbol.asyncDispose]()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
