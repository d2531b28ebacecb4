import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Bytes, Segment } from './bytes.ts'
import { digest } from './digest.ts'
import type { Answer, Parts } from './digest-worker.ts'
import { BytesError, type BytesErrorCode } from './errors.ts'

/** Bytes that are hashed in the time that a thread takes to start. */
const WORTH_A_THREAD = 64 << 20
/** With more threads, the disk is the bottleneck. */
const MOST_THREADS = 4

export interface DigestManyOptions {
  readonly signal?: AbortSignal | undefined
  /** Called after each content. */
  readonly onDigest?: ((index: number, sha256: string) => void | Promise<void>) | undefined
}

/** The SHA-256 of each content, lower-case hexadecimal; on several processors where that pays off. */
export async function digestMany(
  contents: readonly Bytes[],
  { signal, onDigest }: DigestManyOptions = {},
): Promise<readonly string[]> {
  const digests: string[] = []
  const total = contents.reduce((sum, { size }) => sum + size, 0)
  const threads = total < WORTH_A_THREAD ? 0 : Math.min(availableParallelism(), MOST_THREADS, contents.length) - 1
  const queue = contents.keys()
  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const run = async (hash: (bytes: Bytes) => Promise<string>): Promise<void> => {
    for (const index of queue) {
      stop.throwIfAborted()
      digests[index] = await hash(contents[index]!)
      await onDigest?.(index, digests[index]!)
    }
  }
  const workers = Array.from({ length: threads }, startWorker)
  try {
    await Promise.all([
      run(bytes => digest(bytes, 'sha256', { signal: stop })),
      ...workers.map(worker => run(bytes => inWorker(worker, bytes, stop))),
    ])
    return digests
  } finally {
    failed.abort()
    await Promise.all(workers.map(worker => worker.terminate()))
  }
}

const startWorker = (): Worker => new Worker(new URL(import.meta.resolve('@bootwright/bytes/digest-worker')))

/** Computed segments cannot be transferred to a worker. */
async function inWorker(worker: Worker, bytes: Bytes, signal: AbortSignal): Promise<string> {
  const parts = [...bytes.segments()]
  if (!isParts(parts)) return await digest(bytes, 'sha256', { signal })
  worker.postMessage(parts)
  // Not `removeAllListeners` afterwards: that would also remove the worker's internal listeners, and no message would arrive.
  const [answer] = (await once(worker, 'message', { signal })) as [Answer]
  if ('sha256' in answer) return answer.sha256
  throw revived(answer.error)
}

const isParts = (segments: readonly Segment[]): segments is Parts => segments.every(({ kind }) => kind === 'file')

/** Errors lose their class on the way from a worker. */
function revived(error: unknown): unknown {
  const { message, code, path } = error as Partial<BytesError>
  if (!(error instanceof Error) || code === undefined) return error
  return new BytesError(code as BytesErrorCode, message!, { ...(path !== undefined && { path }), cause: error })
}
