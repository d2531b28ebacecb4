import { createHash } from 'node:crypto'
import type { Bytes } from './bytes.ts'
import { type ChunkOptions, chunks } from './stream.ts'

export type HashName = 'sha256' | 'sha1'

/** The digest of the whole content, in lower-case hexadecimal. */
export async function digest(bytes: Bytes, name: HashName = 'sha256', options: ChunkOptions = {}): Promise<string> {
  const hash = createHash(name)
  for await (const chunk of chunks(bytes, options)) hash.update(chunk)
  return hash.digest('hex')
}
