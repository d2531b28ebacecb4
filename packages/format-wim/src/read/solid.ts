import type { Reader } from '@bootwright/bytes'
import type { Decoders } from '../codec/index.ts'
import { WimError } from '../error.ts'
import { type ChunkTable, readSolidTable } from '../structures/chunk-table.ts'
import type { ResourceHeader } from '../structures/resource-header.ts'
import { readChunk } from './read-chunks.ts'

/** Solid resources that go on one another. Many small blobs are in one chunk: the last that was decompressed is kept. */
export interface SolidRun {
  readonly resources: ResourceHeader[]
  /** Bytes `from` to `to` of what the resources hold together. Throws {@link WimError}. */
  read(reader: Reader, from: number, to: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>
}

export function solidRun(decoders: Decoders): SolidRun {
  const resources: ResourceHeader[] = []
  let tables: Promise<readonly ChunkTable[]> | undefined
  let last: { readonly table: ChunkTable; readonly chunk: number; readonly data: Promise<Uint8Array> } | undefined
  const chunkOf = (reader: Reader, table: ChunkTable, chunk: number): Promise<Uint8Array> => {
    if (last?.table !== table || last.chunk !== chunk)
      last = { table, chunk, data: readChunk(reader, table, decoders, chunk) }
    return last.data
  }
  return {
    resources,
    async *read(reader, from, to, signal) {
      tables ??= Promise.all(resources.map(resource => readSolidTable(reader, resource)))
      let start = 0
      for (const table of await tables) {
        const end = Math.min(table.size, to - start)
        for (let at = Math.max(0, from - start); at < end; ) {
          signal?.throwIfAborted()
          const chunk = Math.floor(at / table.chunkSize)
          const data = await chunkOf(reader, table, chunk)
          const chunkStart = chunk * table.chunkSize
          const piece = data.subarray(at - chunkStart, end - chunkStart)
          yield piece
          at += piece.length
        }
        start += table.size
      }
      if (to > start)
        throw new WimError('WIM_TRUNCATED', 'blob', `bytes ${from} to ${to} of a solid resource that has ${start}`)
    },
  }
}
