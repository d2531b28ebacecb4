import { fileURLToPath } from 'node:url'
import { type Batch, batchCompressor, type CompressedBatch } from './compress-batch.ts'

/** Compresses on as many threads as it was told. The same batches come out the same, whatever their number. */
export interface Compressor extends AsyncDisposable {
  readonly threads: number
  /** Takes the batch over. */
  compress(batch: Batch, signal?: AbortSignal): Promise<CompressedBatch>
}

export async function openCompressor(threads: number): Promise<Compressor> {
  if (threads <= 1) {
    const compress = batchCompressor()
    return { threads: 1, compress: async batch => compress(batch), [Symbol.asyncDispose]: async () => {} }
  }
  const { Tinypool } = await import('tinypool')
  const pool = new Tinypool({
    filename: fileURLToPath(import.meta.resolve('@bootwright/format-wim/compress-worker')),
    minThreads: threads,
    maxThreads: threads,
    // The next batch waits in the thread, not for an answer to come back.
    concurrentTasksPerWorker: 2,
  })
  return {
    threads,
    compress: (batch, signal) => pool.run(batch, { transferList: [batch.data.buffer], ...(signal && { signal }) }),
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
