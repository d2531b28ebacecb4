import type { Segment } from './bytes.ts'
import type { Computation } from './computed.ts'
import { type OpenFiles, openFiles, readFully } from './open-files.ts'
import { produced } from './produce.ts'

/** Turns segments into their content. One filler serves one pass or one reader. */
export interface Filler {
  readonly files: OpenFiles
  /** Fills `into`, whose length is the sum of the segments' lengths. Calls may overlap. */
  fill(into: Uint8Array, segments: Iterable<Segment>): Promise<void>
  close(): Promise<void>
}

export function openFiller(signal?: AbortSignal): Filler {
  const files = openFiles()
  const productions = new Map<Computation, Production>()
  const fillOne = async (into: Uint8Array, segment: Segment): Promise<void> => {
    if (segment.kind === 'memory') into.set(segment.data)
    else if (segment.kind === 'zero') into.fill(0)
    else if (segment.kind === 'file')
      await readFully(await files.get(segment.source), into, segment.offset, segment.source)
    else {
      const production = productions.get(segment.computation) ?? openProduction(segment.computation, signal)
      productions.set(segment.computation, production)
      await production.take(into, segment.offset)
    }
  }
  return {
    files,
    async fill(into, segments) {
      let position = 0
      for (const segment of segments) {
        const part = into.subarray(position, position + segment.length)
        position += segment.length
        await fillOne(part, segment)
      }
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
 * One computation, consumed in order: a pass over a medium produces it once. Asking for an earlier offset starts it again.
 * Takes are served one after another, in the order in which they were asked for.
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
    // The end is asked for too: a producer that goes on past what it promised is found out.
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
