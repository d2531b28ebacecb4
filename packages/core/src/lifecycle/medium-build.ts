import { promises as fs } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { BootFiles, BootImage, BuildContext, Image, SecretReference, WrittenPart } from '@bootwright/api'
import { type Entry, fromFile, fromFolder, type Tree } from '@bootwright/bytes'
import type { Definition, MediumEntry } from '../config/judge.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { logOf, progressOf } from '../kernel/report.ts'
import type { Secrets } from '../secrets/secrets.ts'

/** The kernel's name in messages and traces. */
export const CORE = '@bootwright/core'

/** What a whole run shares. */
export interface Run {
  readonly kernel: Kernel
  readonly definition: Definition
  readonly secrets: Secrets
  readonly now: Date
  /** From SOURCE_DATE_EPOCH, when the caller has it. */
  readonly sourceDate?: Date | undefined
  readonly overwrite: boolean
  readonly signal: AbortSignal
}

/** The build of one medium as the kernel sees it: what plugins only read, the kernel's own steps fill in. */
export interface MediumBuild extends BuildContext {
  readonly run: Run
  readonly entry: MediumEntry
  date: Date
  bootImage: BootImage | undefined
  boot: BootFiles | undefined
  images: readonly Image[]
  written: readonly WrittenPart[]
}

export function startMedium(run: Run, entry: MediumEntry): MediumBuild {
  const { kernel, definition, secrets, now, signal } = run
  const { folder } = definition
  return {
    run,
    entry,
    medium: entry.medium,
    site: definition.site,
    folder,
    tree: new Map<string, Entry>(),
    date: new Date(Number.NaN),
    bootImage: undefined,
    boot: undefined,
    images: [],
    written: [],
    now,
    signal,
    progress: progressOf(CORE, kernel.emit),
    log: logOf(CORE, kernel.emit),
    use: (kind, name) => kernel.registry.use(kind, name),
    secret: (reference: SecretReference) => secrets.resolve(reference),
    content: reference => contentOf(run, folder, reference),
  }
}

async function contentOf({ kernel, signal }: Run, folder: string, reference: string): Promise<Tree> {
  // A Windows drive letter is no scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(reference)?.[1]?.toLowerCase()
  if (scheme)
    return kernel.call('contentSource', scheme, `fetch ${reference}`, source =>
      source.fetch(new URL(reference), { signal }),
    )
  const path = resolve(folder, reference)
  const stats = await fs.stat(path)
  if (stats.isDirectory()) return fromFolder(path)
  return new Map([
    [basename(path), { kind: 'file', content: await fromFile(path), mode: stats.mode & 0o111 ? 0o755 : 0o644 }],
  ])
}
