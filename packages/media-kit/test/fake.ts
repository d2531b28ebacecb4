import { join } from 'node:path'
import type { BuildContext, Finding, PinStore, SecretReference, SiteDefinition } from '@bootwright/api'
import { type Entry, fromFolder, readText } from '@bootwright/bytes'
import { type MediaOptions, siteOptions } from '@bootwright/medium-format/options'
import * as z from 'zod'
import { siteMedia } from '../src/index.ts'

const schema = z.strictObject(siteOptions)
export const siteMediaOf = (keeper: PinStore = forgetful): ReturnType<typeof siteMedia> =>
  siteMedia(keeper, 'BootMedia')

export interface Fake {
  /** What the definition says of the medium beyond its label. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly site?: SiteDefinition
  readonly label?: string
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  readonly now?: string
}

/** The context of one build, as the kernel makes it; nothing but the media type behind it. */
export async function contextOf(fake: Fake): Promise<BuildContext<MediaOptions>> {
  const options = schema.parse({ management: 'dynamic', ...fake.options }) as MediaOptions
  const folder = fake.folder ?? '/nowhere'
  const silent = (): void => {}
  return {
    medium: {
      name: 'lab',
      type: 'bootable',
      label: fake.label ?? 'Lab boot',
      architecture: 'x64',
      serial: 0,
      options,
      id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
    },
    site: fake.site ?? {},
    folder,
    tree: new Map<string, Entry>(),
    date: new Date('2026-03-01T12:00:00.500Z'),
    bootImage: undefined,
    boot: undefined,
    images: [],
    written: [],
    now: new Date(fake.now ?? '2026-11-24T00:00:00Z'),
    signal: new AbortController().signal,
    progress: { start: () => ({ report: silent, end: silent }) },
    log: { debug: silent, info: silent, warn: silent },
    names: () => [],
    use() {
      throw new Error('this medium uses no other contribution')
    },
    async secret(reference: SecretReference) {
      if (typeof reference === 'string') return { origin: 'the definition', reveal: () => reference }
      if ('file' in reference) throw new Error(`cannot read ${reference.file}`)
      const value = fake.env?.[reference.env]
      if (value === undefined) throw new Error(`environment variable ${reference.env} is not set`)
      return { origin: `environment variable ${reference.env}`, reveal: () => value }
    },
    content: reference => fromFolder(join(folder, reference)),
  }
}

/** Findings as `severity path: message`. */
export async function findingsOf(fake: Fake): Promise<readonly string[]> {
  const found = await siteMediaOf().check({ ...(await contextOf(fake)), hasBootImage: true, platform: 'linux' })
  return found.map(({ severity, path, message }: Finding) => `${severity} ${path.join('.')}: ${message}`)
}

/** Builds with the stages in their order; what the medium holds. */
export async function build(fake: Fake, keeper: PinStore = forgetful): Promise<ReadonlyMap<string, Entry>> {
  const context = await contextOf(fake)
  const type = siteMediaOf(keeper)
  await type.prestart(context)
  await type.package(context)
  return context.tree
}

export async function textOf(tree: ReadonlyMap<string, Entry>, path: string): Promise<string> {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`${path} is no file; there are ${[...tree.keys()].join(', ')}`)
  return await readText(entry.content)
}

const forgetful: PinStore = { pin: async (_name, _inputs, make) => await make() }

/** Keeps in memory, as the kernel does on disk: while the inputs are the same JSON. */
export function keeperInMemory(): PinStore & { readonly made: string[]; readonly data: () => readonly Uint8Array[] } {
  const kept = new Map<string, { readonly inputs: string; readonly data: Uint8Array }>()
  const made: string[] = []
  return {
    made,
    data: () => [...kept.values()].map(({ data }) => data),
    async pin(name, inputs, make) {
      const text = JSON.stringify(inputs)
      const known = kept.get(name)
      if (known?.inputs === text) return known.data
      made.push(name)
      const data = await make()
      kept.set(name, { inputs: text, data })
      return data
    },
  }
}
