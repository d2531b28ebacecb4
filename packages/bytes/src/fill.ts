import type { Computation, Segment } from './bytes.ts'
import { type OpenFiles, openFiles, readFully } from './open-files.ts'
import { produced } from './produce.ts'

/** Reads the content of segments. One filler serves one pass or one reader. */
export interface Filler {
  readonly files: OpenFiles
  /** Fills `into`, whose length is the sum of the segments' lengths. Calls may overlap. */
  fill(into: Uint8Array, segments: Iterable<Segment>): Promise<void>
  close(): Promise<void>
}

export function openFiller(signal?: AbortSignal): Filler {
  const files = openFiles()
  const productions = new Map<Computation, Production>()
  const productionOf = (computation: Computation): Production => {
    const production = productions.get(computation) ?? openProduction(computation, signal)
    productions.set(computation, production)
    return production
  }
  return {
    files,
    async fill(into, segments) {
      const reads: { part: Uint8Array; segment: Segment & { kind: 'file' } }[] = []
      const takes: Promise<void>[] = []
      let position = 0
      // Synchronous up to the first `await`, so that overlapping calls queue at a computation in the order of the medium.
      for (const segment of segments) {
        const part = into.subarray(position, position + segment.length)
        position += segment.length
        if (segment.kind === 'memory') part.set(segment.data)
        else if (segment.kind === 'zero') part.fill(0)
        else if (segment.kind === 'file') reads.push({ part, segment })
        else takes.push(productionOf(segment.computation).take(part, segment.offset))
      }
      const taken = Promise.all(takes)
      taken.catch(() => {})
      for (const { part, segment } of reads)
        await readFully(await files.get(segment.source), part, segment.offset, segment.source)
      await taken
    },
    async close() {
      await Promise.all([files.close(), ...[...productions.values()].map(production => production.close())])
    },
  }
}

interface Production {
  take(into: Uint8Array, offset: number): Promise<void>
  close(): Promise<void>
}

/**
 * One computation, consumed in order: a pass over a medium produces it once. A request for an earlier offset starts it again. Requests are
 * served in order.
 */
function openProduction(computation: Computation, signal?: AbortSignal): Production {
  let iterator: AsyncIterator<Uint8Array> | undefined
  let position = 0
  let rest: Uint8Array = new Uint8Array(0)
  let queue: Promise<void> = Promise.resolve()

  const close = async (): Promise<void> => {
    await iterator?.return?.()
    iterator = undefined
  }
  const next = async (): Promise<void> => {
    const { value, done } = await iterator!.next()
    if (done) throw new RangeError(`${computation.id} was read past its end`)
    rest = value
  }
  const take = async (into: Uint8Array, offset: number): Promise<void> => {
    if (!iterator || offset < position) {
      await close()
      iterator = produced(computation, signal)[Symbol.asyncIterator]()
      position = 0
      rest = new Uint8Array(0)
    }
    for (let filled = 0; filled < into.length; ) {
      if (rest.length === 0) await next()
      const skipped = Math.min(rest.length, Math.max(0, offset + filled - position))
      const taken = rest.subarray(skipped, skipped + into.length - filled)
      into.set(taken, filled)
      filled += taken.length
      position += skipped + taken.length
      rest = rest.subarray(skipped + taken.length)
    }
    // Reads up to the end, to detect a producer that yields too much.
    if (position === computation.size) {
      await iterator.next()
      await close()
    }
  }
  return {
    take(into, offset) {
      const taken = queue.then(() => take(into, offset))
      queue = taken.catch(() => {})
      return taken
    },
    close: () => queue.then(close),
  }
}
