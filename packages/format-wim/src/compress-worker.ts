import { type Batch, batchCompressor, type CompressedBatch } from './compress-batch.ts'

/** Runs in a thread. */
const compress: (batch: Batch) => CompressedBatch = batchCompressor()
export default compress
