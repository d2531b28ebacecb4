import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { blocksOf } from './blocks.ts'
import type { Bytes } from './bytes.ts'
import type { HashName } from './digest.ts'
import { openFiller } from './fill.ts'
import { type Output, openOutput } from './output.ts'
import { checkStillUnchanged } from './source-file.ts'
import { BLOCK_SIZE, BLOCKS_IN_FLIGHT, chunks } from './stream.ts'

export interface WriteOptions {
  /** Digests to compute while writing; none by default. */
  readonly hashes?: readonly HashName[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each block with the number of bytes done, out of the size. */
  readonly onProgress?: ((done: number) => void) | undefined
  /** Replace an existing file once the new one is complete. */
  readonly overwrite?: boolean | undefined
  /** POSIX permission bits of the new file; by default 0o666 and the umask. */
  readonly mode?: number | undefined
  /** False for data that may be lost in a power cut: not synchronised to disk. */
  readonly durable?: boolean | undefined
}

export interface Written {
  readonly size: number
  /** Lower-case hexadecimal, for each requested hash. */
  readonly digests: Readonly<Partial<Record<HashName, string>>>
}

/**
 * Writes `bytes` in one pass to the file at `path`, or onto the block device there. A file is written beside its destination and
 * renamed when it is complete and on disk: at any time, `path` is either the old or the new file. Zeros become holes.
 * Throws `BytesError` (`OUTPUT_…`, `SOURCE_…`) or the signal's reason.
 */
export async function writeFile(path: string, bytes: Bytes, options: WriteOptions = {}): Promise<Written> {
  const output = await openOutput(path, bytes, options)
  try {
    const digests = await pump(bytes, output, options)
    await output.commit(options.signal)
    return { size: bytes.size, digests }
  } catch (error) {
    await output.abandon()
    throw output.explain(error)
  }
}

/** Writes `bytes` in one pass to a stream, which is left open. */
export async function writeStream(
  stream: Writable,
  bytes: Bytes,
  options: Pick<WriteOptions, 'hashes' | 'signal' | 'onProgress'> = {},
): Promise<Written> {
  const hashes = (options.hashes ?? []).map(name => ({ name, hash: createHash(name) }))
  let done = 0
  for await (const chunk of chunks(bytes, options)) {
    for (const { hash } of hashes) hash.update(chunk)
    await new Promise<void>((resolve, reject) => stream.write(chunk, error => (error ? reject(error) : resolve())))
    done += chunk.length
    options.onProgress?.(done)
  }
  return { size: bytes.size, digests: Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')])) }
}

/** Several lanes read and write blocks at their offsets, while digests consume them in order. */
async function pump(
  bytes: Bytes,
  output: Output,
  { hashes: names = [], signal, onProgress }: WriteOptions,
): Promise<Written['digests']> {
  const filler = openFiller(signal)
  const hashes = names.map(name => ({ name, hash: createHash(name) }))
  const blocks = blocksOf(bytes, BLOCK_SIZE)[Symbol.iterator]()
  const stop = new AbortController()
  let inOrder: Promise<void> = Promise.resolve()
  let done = 0

  const lane = async (buffer: Buffer): Promise<void> => {
    for (let { value: block, done: isEnd } = blocks.next(); !isEnd; { value: block, done: isEnd } = blocks.next()) {
      signal?.throwIfAborted()
      if (stop.signal.aborted) return
      const data = buffer.subarray(0, block.length)
      const isHole = block.isZero && output.hasHoles
      const filled = isHole && hashes.length === 0 ? Promise.resolve() : filler.fill(data, block.segments)
      const before = inOrder
      const hashed = filled.then(async () => {
        await before
        for (const { hash } of hashes) hash.update(data)
      })
      inOrder = hashed.catch(() => {})
      await hashed
      if (!isHole) await output.write(data, block.offset)
      done += block.length
      onProgress?.(done)
    }
  }
  try {
    const lanes = output.allocate(BLOCKS_IN_FLIGHT, Math.min(BLOCK_SIZE, bytes.size)).map(buffer =>
      lane(buffer).catch(error => {
        stop.abort()
        throw error
      }),
    )
    const failed = (await Promise.allSettled(lanes)).find(result => result.status === 'rejected')
    if (failed) throw failed.reason
    await checkStillUnchanged(filler.files.seen())
  } finally {
    await filler.close()
  }
  return Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')]))
}
