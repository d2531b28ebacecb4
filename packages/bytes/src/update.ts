import { promises as fs } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Bytes } from './bytes.ts'
import { alignedBuffers, openDirect } from './direct.ts'
import { BytesError } from './errors.ts'
import { openFiller } from './fill.ts'
import { incompleteMark, isMarkedIncomplete, SECTOR } from './incomplete-mark.ts'
import { explainer, readUpTo, writeFully } from './output.ts'
import { checkStillUnchanged } from './source-file.ts'
import { BLOCK_SIZE } from './stream.ts'

export interface Range {
  readonly offset: number
  /** Bytes. */
  readonly size: number
}

export interface UpdateOptions {
  /** Ranges that are equal already, or irrelevant: neither read nor written. They do not overlap; their order is irrelevant. */
  readonly same?: readonly Range[] | undefined
  /** Write without comparing, because the present content is unrelated. */
  readonly isNew?: boolean | undefined
  /** False: do not read back after writing. */
  readonly verify?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each block with the number of bytes done, out of {@link updateSize}. */
  readonly onProgress?: ((done: number) => void) | undefined
}

export interface Updated {
  /** Number of bytes that changed. */
  readonly written: number
}

/** Bytes. The head of a disk contains its partition table, and that of a volume its descriptors (ECMA-119 6.2: from byte 32768). */
const HEAD_SIZE = 1 << 16
/** Unit of comparison and writing: no disk has larger sectors. */
const PAGE = 4096

/** Number of bytes that {@link updateFile} reads, writes or compares. */
export const updateSize = (bytes: Bytes, same: readonly Range[] = []): number =>
  bytes.size - same.reduce((sum, { size }) => sum + size, 0)

/** Whether writing to the file or device at `path` was interrupted. */
export async function isIncomplete(path: string): Promise<boolean> {
  const handle = await fs.open(path)
  try {
    return isMarkedIncomplete(await readUpTo(handle, Buffer.alloc(SECTOR), 0))
  } finally {
    await handle.close()
  }
}

/**
 * Updates the file or block device at `path` to `bytes`, writing only what differs. First its head is replaced by a mark; the head's new content is
 * written last, its first sector at the very end. If this is interrupted, everything is unchanged, or the mark shows that it is incomplete and
 * {@link updateFile} without `same` completes it. Written data is read back, bypassing the page cache where possible. Throws `BytesError` (`OUTPUT_…`, `SOURCE_…`) or the signal's reason.
 */
export async function updateFile(path: string, bytes: Bytes, options: UpdateOptions = {}): Promise<Updated> {
  const explain = explainer(path)
  const { O_RDWR, O_EXCL } = fs.constants
  const isDevice = (await fs.stat(path).catch(() => undefined))?.isBlockDevice() === true
  // Linux refuses so a device that is mounted (open(2), O_EXCL without O_CREAT).
  const handle = await fs.open(path, isDevice ? O_RDWR | O_EXCL : O_RDWR).catch(error => {
    throw explain(error)
  })
  try {
    return await update(handle, path, bytes, options, isDevice)
  } catch (error) {
    throw explain(error)
  } finally {
    await handle.close()
  }
}

async function update(
  handle: FileHandle,
  path: string,
  bytes: Bytes,
  { same = [], isNew = false, verify = true, signal, onProgress }: UpdateOptions,
  isDevice: boolean,
): Promise<Updated> {
  const headSize = Math.min(HEAD_SIZE, bytes.size)
  const filler = openFiller(signal)
  const buffers = alignedBuffers(2, BLOCK_SIZE) ?? [Buffer.alloc(BLOCK_SIZE), Buffer.alloc(BLOCK_SIZE)]
  const [wanted, found] = buffers as [Buffer, Buffer]
  const changed: Range[] = []
  let isMarked = false
  let done = 0

  const mark = async (): Promise<void> => {
    if (isMarked) return
    isMarked = true
    await writeFully(handle, incompleteMark(), 0)
    await handle.sync()
    await writeFully(handle, Buffer.alloc(headSize - Math.min(headSize, SECTOR)), SECTOR)
    if (!isDevice) await handle.truncate(bytes.size)
    await handle.sync()
  }
  const take = async (offset: number, size: number): Promise<Buffer> => {
    const block = wanted.subarray(0, size)
    const segments = [...bytes.segments(offset, offset + size)]
    const length = segments.reduce((sum, segment) => sum + segment.length, 0)
    if (length !== size)
      throw new BytesError(
        'SEGMENTS_LENGTH',
        `${size} bytes at ${offset} have segments of ${length} bytes; whoever made them must mend one of the two`,
      )
    await filler.fill(block, segments)
    return block
  }
  try {
    const oldHead = Buffer.from(await readUpTo(handle, found.subarray(0, headSize), 0))
    for (const { offset, size } of blocksOutside(same, headSize, bytes.size)) {
      signal?.throwIfAborted()
      const block = await take(offset, size)
      const runs = isNew
        ? [{ offset: 0, size }]
        : differences(block, await readUpTo(handle, found.subarray(0, size), offset))
      for (const run of runs) {
        await mark()
        await writeFully(handle, block.subarray(run.offset, run.offset + run.size), offset + run.offset)
        addRange(changed, { offset: offset + run.offset, size: run.size })
      }
      done += size
      onProgress?.(done)
    }
    const head = Buffer.from(await take(0, headSize))
    const oldSize = isDevice ? bytes.size : (await handle.stat()).size
    if (changed.length === 0 && !isNew && head.equals(oldHead) && oldSize === bytes.size) return { written: 0 }
    await mark()
    await handle.sync()
    await checkStillUnchanged(filler.files.seen())
    if (verify) await readBack(path, handle, changed, found, take, signal)
    await writeFully(handle, head.subarray(SECTOR), SECTOR)
    await handle.sync()
    await writeFully(handle, head.subarray(0, SECTOR), 0)
    await handle.sync()
    if (verify) await readBack(path, handle, [{ offset: 0, size: headSize }], found, take, signal)
    return { written: changed.reduce((sum, { size }) => sum + size, differing(head, oldHead)) }
  } finally {
    await filler.close()
  }
}

/** The range `from` to `to` without `same`, in blocks that end at multiples of the block size. */
function* blocksOutside(same: readonly Range[], from: number, to: number): Iterable<Range> {
  const sorted = [...same].sort((a, b) => a.offset - b.offset)
  let position = from
  for (const { offset, size } of [...sorted, { offset: to, size: 0 }]) {
    const end = Math.min(offset, to)
    while (position < end) {
      const next = Math.min(end, (Math.floor(position / BLOCK_SIZE) + 1) * BLOCK_SIZE)
      yield { offset: position, size: next - position }
      position = next
    }
    position = Math.max(position, offset + size)
  }
}

/** Runs of pages that differ; everything differs beyond the end of `found`. */
function differences(wanted: Buffer, found: Buffer): readonly Range[] {
  if (wanted.equals(found)) return []
  const runs: Range[] = []
  for (let offset = 0; offset < wanted.length; offset += PAGE) {
    const page = wanted.subarray(offset, offset + PAGE)
    if (!page.equals(found.subarray(offset, offset + PAGE))) addRange(runs, { offset, size: page.length })
  }
  return runs
}

const differing = (wanted: Buffer, found: Buffer): number =>
  differences(wanted, found).reduce((sum, { size }) => sum + size, 0)

function addRange(ranges: Range[], { offset, size }: Range): void {
  const last = ranges.at(-1)
  if (last && last.offset + last.size === offset)
    ranges[ranges.length - 1] = { offset: last.offset, size: last.size + size }
  else ranges.push({ offset, size })
}

async function readBack(
  path: string,
  handle: FileHandle,
  ranges: readonly Range[],
  buffer: Buffer,
  take: (offset: number, size: number) => Promise<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const direct = await openDirect(path, 'read')
  try {
    for (const range of ranges)
      for (const { offset, size } of blocksOutside([], range.offset, range.offset + range.size)) {
        signal?.throwIfAborted()
        const start = Math.floor(offset / PAGE) * PAGE
        const whole = buffer.subarray(0, Math.min(buffer.length, Math.ceil((offset + size) / PAGE) * PAGE - start))
        const read = direct
          ? await readUpTo(direct, whole, start).catch(() => readUpTo(handle, whole, start))
          : await readUpTo(handle, whole, start)
        const found = read.subarray(offset - start, offset - start + size)
        const wanted = await take(offset, size)
        const [wrong] = differences(wanted, found)
        if (wrong)
          throw new BytesError(
            'OUTPUT_NOT_KEPT',
            `${path} gives back other bytes than were written, from byte ${offset + wrong.offset} on; the disk is broken or says that it is larger than it is, use another one`,
            { path },
          )
      }
  } finally {
    await direct?.close()
  }
}
