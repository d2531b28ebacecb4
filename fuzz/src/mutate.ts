import { type Bytes, fromMemory, overlay, type Range, read, slice } from '@bootwright/bytes'
import type { Random } from './random.ts'

/** Numbers that limits, signs and counts break at. */
const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff7, 0xffffffff,
] as const
const MOST_PATCHES = 8

/** A seed with a few places changed, mostly in `structure`, where all but the contents is; now and then it is cut off. */
export async function mutate(seed: Bytes, structure: readonly Range[], random: Random): Promise<Bytes> {
  const patches = new Map<number, Uint8Array>()
  const count = 1 + random(MOST_PATCHES)
  for (let index = 0; index < count; index += 1) {
    const offset = placeIn(seed, structure, random)
    const size = Math.min([1, 1, 2, 4, 4, 8, 16][random(7)]!, seed.size - offset)
    patches.set(offset, await patchFor(seed, offset, size, random))
  }
  const apart = [...patches].sort(([a], [b]) => a - b)
  const kept = apart.filter(([offset], index) => {
    const before = apart[index - 1]
    return !before || before[0] + 16 <= offset
  })
  const changed = overlay(
    seed,
    kept.map(([offset, data]) => ({ offset, bytes: fromMemory(data) })),
  )
  return random(20) === 0 ? slice(changed, 0, random(seed.size)) : changed
}

function placeIn(seed: Bytes, structure: readonly Range[], random: Random): number {
  const range = random(10) === 0 ? undefined : structure[random(structure.length)]
  return range ? range.offset + random(range.size) : random(seed.size)
}

async function patchFor(seed: Bytes, offset: number, size: number, random: Random): Promise<Uint8Array> {
  const data = Buffer.from(await read(seed, offset, size))
  const kind = random(4)
  if (kind === 0) data[random(size)]! ^= 1 << random(8)
  else if (kind === 1) for (let at = 0; at < size; at += 1) data[at] = random(256)
  else if (kind === 2) {
    const edge = EDGES[random(EDGES.length)]!
    const width = Math.min(size, 4)
    const value = edge % 2 ** (8 * width)
    if (random(3) === 0) data.writeUIntBE(value, 0, width)
    else data.writeUIntLE(value, 0, width)
  } else {
    // What stands elsewhere is right in itself: it makes loops, and two that claim one place.
    const from = random(Math.max(1, seed.size - size))
    data.set(await read(seed, from, size))
  }
  return data
}
