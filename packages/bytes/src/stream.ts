import { type Block, blocksOf } from './blocks.ts'
import type { Bytes } from './bytes.ts'
import { openFiller } from './fill.ts'

/** Large enough to amortise the overhead of a read, small enough for eight of them in memory. */
export const BLOCK_SIZE: number = 1 << 20
/** Number of blocks that are read, hashed or written at a time. */
export const BLOCKS_IN_FLIGHT = 8

export interface ChunkOptions {
  readonly signal?: AbortSignal | undefined
}

/** The content in order, read ahead of its use. A chunk is valid until the next one is requested. */
export async function* chunks(
  bytes: Bytes,
  { signal }: ChunkOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const filler = openFiller(signal)
  const free: Buffer[] = Array.from({ length: BLOCKS_IN_FLIGHT }, () =>
    Buffer.allocUnsafeSlow(Math.min(BLOCK_SIZE, bytes.size)),
  )
  const ahead: { buffer: Buffer; block: Block; filled: Promise<void> }[] = []
  const blocks = blocksOf(bytes, BLOCK_SIZE)[Symbol.iterator]()
  const readAhead = (): void => {
    for (let buffer = free.pop(); buffer; buffer = free.pop()) {
      const { value: block, done } = blocks.next()
      if (done) return
      const filled = filler.fill(buffer.subarray(0, block.length), block.segments)
      filled.catch(() => {})
      ahead.push({ buffer, block, filled })
    }
  }
  try {
    readAhead()
    for (let next = ahead.shift(); next; next = ahead.shift()) {
      signal?.throwIfAborted()
      await next.filled
      yield next.buffer.subarray(0, next.block.length)
      free.push(next.buffer)
      readAhead()
    }
  } finally {
    await Promise.allSettled(ahead.map(each => each.filled))
    await filler.close()
  }
}
