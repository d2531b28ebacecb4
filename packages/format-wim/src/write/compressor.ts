import { fileURLToPath } from 'node:url'
import type { Tinypool } from 'tinypool'
import { type Batch, batchCompressor, type CompressedBatch } from './compress-batch.ts'

/** Compresses on as many threads as it was told. The same batches come out the same, whatever their number. */
export interface Compressor extends AsyncDisposable {
  readonly threads: number
  /** Takes the batch over. */
  compress(batch: Batch, signal?: AbortSignal): Promise<CompressedBatch>
}

/** Threads take as long to start as this takes to compress: it is done without them. Bytes. */
const WORTH_THREADS = 16 << 20

export function openCompressor(threads: number): Compressor {
  const compressHere = batchCompressor()
  let pool: Promise<Tinypool> | undefined
  let done = 0
  return {
    threads,
    async compress(batch, signal) {
      done += batch.data.length
      if (threads <= 1 || done <= WORTH_THREADS) return compressHere(batch)
      pool ??= openPool(threads)
      return await (await pool).run(batch, { transferList: [batch.data.buffer], ...(signal && { signal }) })
    },
    async [Symbol.asyncDispose]() {
      await (await pool)?.destroy()
    },
  }
}

async function openPool(threads: number): Promise<Tinypool> {
  const { Tinypool } = await import('tinypool')
  return new Tinypool({
    filename: fileURLToPath(import.meta.resolve('@bootwright/format-wim/compress-worker')),
    minThreads: threads,
    maxThreads: threads,
    // The next batch waits in the thread, not for an answer to come back.
    concurrentTasksPerWorker: 2,
  })
}
