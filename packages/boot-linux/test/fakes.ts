import type { AgentProvider, BootFiles, BootImageRequest, Log, MediumIdentity } from '@bootwright/api'
import { fromMemory, read, type Tree } from '@bootwright/bytes'
import { BootLinuxError } from '../src/errors.ts'
import { programFile } from './elf-file.ts'

export const medium: MediumIdentity = {
  id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
  trust: Buffer.from('{}'),
  label: 'Lab boot',
  date: new Date(0),
}

const silent = (): void => {}

/** A log that records its lines, as `level: message`. */
export function logOf(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const record = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  return { lines, debug: record('debug'), info: record('info'), warn: record('warn') }
}

export const requestOf = <Options>(
  options: Options,
  more: Partial<BootImageRequest<Options>> = {},
): BootImageRequest<Options> => ({
  options,
  architecture: 'x64',
  folder: '/nowhere',
  signal: new AbortController().signal,
  progress: { start: () => ({ report: silent, end: silent }) },
  log: logOf(),
  secret: () => Promise.reject(new Error('no such secret')),
  use: () => {
    throw new Error('no such contribution')
  },
  names: () => [],
  ...more,
})

/** An agent of a few bytes, and a runtime that needs the libraries of a real one. */
export const agent: AgentProvider = {
  bundle: async () => fromMemory('// agent\n'),
  steps: async () => fromMemory('// steps\n'),
  runtime: async () => ({ version: '24.0.0', executable: fromMemory(programFile('libstdc++.so.6', 'libc.so.6')) }),
}

export async function contentOf(tree: Tree, path: string): Promise<Buffer> {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`${path} is not a file; expected one of: ${[...tree.keys()].join(', ')}`)
  return Buffer.from(await read(entry.content))
}
export const textOf = async ({ tree }: Pick<BootFiles, 'tree'>, path: string): Promise<string> =>
  (await contentOf(tree, path)).toString()

/** The {@link BootLinuxError} that `work` throws; any other error is thrown again. */
export async function faultOf(work: () => unknown): Promise<BootLinuxError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof BootLinuxError) return error
    throw error
  }
  throw new Error('expected an error')
}
