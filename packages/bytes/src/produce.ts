import type { Computation } from './bytes.ts'
import { BytesError } from './errors.ts'

/** What a computation produces, chunk by chunk; fails with `COMPUTED_LENGTH` when that is not what it promised. */
export async function* produced(computation: Computation, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  const output = computation.produce(signal)
  let done = 0
  for await (const chunk of Symbol.asyncIterator in output ? output : [await output]) {
    done += chunk.length
    if (done > computation.size) break
    yield chunk
  }
  if (done !== computation.size)
    throw new BytesError(
      'COMPUTED_LENGTH',
      `${computation.id} promised ${computation.size} bytes and produced ${done > computation.size ? 'more' : done}`,
    )
}
