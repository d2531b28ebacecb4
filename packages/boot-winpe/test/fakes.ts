import type { AgentProvider, BootImageRequest, DigestCache, Library, Log, MediumIdentity } from '@bootwright/api'
import { type Bytes, fromMemory, read, type Tree } from '@bootwright/bytes'

export const medium: MediumIdentity = {
  id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
  trust: Buffer.from('{"formatVersion":1}'),
  label: 'Lab boot',
  date: new Date('2026-05-01T00:00:00Z'),
}
const silent = (): void => {}

/** A log that keeps what it is told, as `level: message`. */
export function logOf(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn') }
}

export const requestOf = <Options>(
  options: Options,
  more: Partial<BootImageRequest<Options>> = {},
): BootImageRequest<Options> => ({
  options,
  architecture: 'x64',
  folder: '/',
  signal: new AbortController().signal,
  progress: { start: () => ({ report: silent, end: silent }) },
  log: logOf(),
  secret: () => Promise.reject(new Error('there is none')),
  use: () => {
    throw new Error('there are no contributions')
  },
  names: () => [],
  ...more,
})

/** Keeps what was made, in memory. */
export function libraryOf(): Library & { readonly made: string[] } {
  const kept = new Map<string, Bytes>()
  const made: string[] = []
  return {
    made,
    artifact: () => Promise.reject(new Error('asked for an artifact')),
    async file(key, make) {
      const id = JSON.stringify(key)
      const known = kept.get(id)
      if (known) return known
      made.push(id)
      const file = fromMemory(await read(await make()))
      kept.set(id, file)
      return file
    },
    toolFolder: () => Promise.reject(new Error('there is none')),
  }
}

/** Remembers nothing. */
export const digests: DigestCache = { get: async () => undefined, set: async () => {} }

/** A runtime that is worth keeping once it is compressed. */
export const agent: AgentProvider = {
  bundle: async () => fromMemory('// agent\n'),
  steps: async () => fromMemory('// steps\n'),
  runtime: async () => ({ version: '24.0.0', executable: fromMemory(Buffer.alloc(2 << 20, 'node.exe ')) }),
}

export async function contentOf(tree: Tree, path: string): Promise<Buffer> {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`${path} is no file; there are ${[...tree.keys()].join(', ')}`)
  return Buffer.from(await read(entry.content))
}
