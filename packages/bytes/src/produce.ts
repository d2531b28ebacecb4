import type { Computation } from './bytes.ts'
import { BytesError } from './errors.ts'

/** The output of a computation in chunks. Throws `COMPUTED_LENGTH` if its length is wrong. */
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
