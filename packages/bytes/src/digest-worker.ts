import { parentPort } from 'node:worker_threads'
import type { Segment } from './bytes.ts'
import { digest } from './digest.ts'

/** A request to the worker, in transferable form: files only. */
export type Parts = readonly (Segment & { readonly kind: 'file' })[]
export type Answer = { readonly sha256: string } | { readonly error: unknown }

parentPort?.on('message', async (parts: Parts) => {
  let answer: Answer
  try {
    const size = parts.reduce((sum, { length }) => sum + length, 0)
    // Always read as a whole.
    answer = { sha256: await digest({ size, segments: () => parts }, 'sha256') }
  } catch (error) {
    answer = { error }
  }
  parentPort!.postMessage(answer)
})
