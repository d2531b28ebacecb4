import { type Batch, batchCompressor, type CompressedBatch } from './write/compress-batch.ts'

/** Runs in a thread. */
const compress: (batch: Batch) => CompressedBatch = batchCompressor()
export default compress
