import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { type Bytes, computed, concat, fromMemory, padTo } from '@bootwright/bytes'
import { FIRST_CLUSTER, tableSize } from './geometry.ts'
import type { FatType } from './options.ts'

/** Bytes that are computed as one: little enough to be made again for each random read. */
const PART_SIZE = 1 << 20
const PIECE_SIZE = 1 << 16

/** Clusters that are free between chains: `from` to `to - 1`. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/**
 * An allocation table of `size` bytes in which the clusters from 2 on are used by chains of the given lengths one after another, of which
 * one may be a gap. It takes memory for the chains, not for the clusters.
 */
export function planTable(
  type: FatType,
  chainLengths: readonly number[],
  size: number,
  gap: Gap = { from: 0, to: 0 },
): Bytes {
  const ends = chainEnds(chainLengths)
  const tableEntries = (from: number, count: number): Uint32Array => {
    const entries = chainedEntries(type, ends, from, count)
    return entries.fill(0, Math.max(0, Math.min(count, gap.from - from)), Math.max(0, Math.min(count, gap.to - from)))
  }
  const entries = ends.at(-1)! + 1
  if (type === 12) return padTo(fromMemory(pack12(tableEntries(0, entries))), size)
  const used = tableSize(type, entries)
  if (used <= PART_SIZE) return padTo(fromMemory(toBytes(type, tableEntries(0, entries))), size)

  const id = createHash('sha256').update(ends).update(`${gap.from} ${gap.to}`).digest('hex')
  const width = type / 8
  const parts: Bytes[] = []
  for (let from = 0; from < used; from += PART_SIZE) {
    const to = Math.min(from + PART_SIZE, used)
    const produce = async function* (): AsyncIterable<Uint8Array> {
      for (let at = from; at < to; at += PIECE_SIZE)
        yield toBytes(type, tableEntries(at / width, Math.min(PIECE_SIZE, to - at) / width))
    }
    parts.push(computed({ id: `FAT${type} ${id} from ${from}`, size: to - from, produce }))
  }
  return padTo(concat(parts), size)
}

/** The last cluster of each chain; entry 1, which stands before the first of them, is its own end. */
function chainEnds(lengths: readonly number[]): Float64Array {
  const ends = new Float64Array(lengths.length + 1)
  ends[0] = FIRST_CLUSTER - 1
  lengths.forEach((length, index) => {
    ends[index + 1] = ends[index]! + length
  })
  return ends
}

/** Entries `from` and the `count - 1` behind it: each says the next cluster or, at the end of its chain, all ones. */
function chainedEntries(type: FatType, ends: Float64Array, from: number, count: number): Uint32Array {
  const end = type === 32 ? 0x0fffffff : 2 ** type - 1
  const entries = new Uint32Array(count)
  for (let index = 0; index < count; index += 1) entries[index] = from + index + 1
  for (let chain = firstAtLeast(ends, from); chain < ends.length && ends[chain]! < from + count; chain += 1)
    entries[ends[chain]! - from] = end
  // FAT specification 1.03, section 4.2: entry 0 repeats the media byte, the rest of it is ones.
  if (from === 0) entries[0] = end - 0xff + 0xf8
  return entries
}

function toBytes(type: 16 | 32, entries: Uint32Array): Uint8Array {
  const words = type === 16 ? Uint16Array.from(entries) : entries
  const bytes = Buffer.from(words.buffer)
  if (endianness() === 'LE') return bytes
  return type === 16 ? bytes.swap16() : bytes.swap32()
}

/** Two entries share three bytes. */
function pack12(entries: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(tableSize(12, entries.length))
  entries.forEach((entry, index) => {
    const at = Math.floor(index * 1.5)
    if (index % 2 === 0) {
      bytes[at] = entry & 0xff
      bytes[at + 1] = entry >> 8
    } else {
      bytes[at]! |= (entry & 0x0f) << 4
      bytes[at + 1] = entry >> 4
    }
  })
  return bytes
}

function firstAtLeast(ends: Float64Array, value: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! >= value) high = middle
    else low = middle + 1
  }
  return low
}
