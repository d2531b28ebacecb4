import { allocate } from './memory'

/** Symbols take the low bits of a number to sort by. */
const SYMBOL_BITS: u32 = 10
const SYMBOL_MASK: u32 = (1 << SYMBOL_BITS) - 1
const MOST: usize = 1024
/** Keys are sorted by a radix of so many bits at a time: in four rounds for 32. */
const RADIX_BITS: u32 = 8
const RADIX: u32 = 1 << RADIX_BITS

const keys: usize = allocate(4 * MOST)
const otherKeys: usize = allocate(4 * MOST)
const buckets: usize = allocate(4 * RADIX)
const weights: usize = allocate(4 * MOST)
const parents: usize = allocate(2 * MOST)
const leafParents: usize = allocate(2 * MOST)
const depths: usize = allocate(2 * MOST)
const perLength: usize = allocate(4 * 32)
const firsts: usize = allocate(4 * 32)

/**
 * Lengths of the Huffman code for `counts` (u32), none above `longest`; 0 for a symbol that does not come. Two queues make it: of two that
 * are as rare, a symbol goes before what was joined already, and of two symbols the lower one. Counts are below 2^22.
 */
export function codeLengths(counts: usize, symbols: u32, longest: u32, lengths: usize): void {
  memory.fill(lengths, 0, symbols)
  let used: u32 = 0
  let most: u32 = 0
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<u32>(counts + 4 * symbol)
    if (count == 0) continue
    const key = (count << SYMBOL_BITS) | symbol
    if (key > most) most = key
    store<u32>(keys + 4 * used++, key)
  }
  // A code has two codewords at least, or a decoder would take it for broken.
  if (used < 2) {
    const only = used == 0 ? 0 : load<u32>(keys) & SYMBOL_MASK
    store<u8>(lengths, 1)
    store<u8>(lengths + (only == 0 ? 1 : only), 1)
    return
  }
  const sorted = sortKeys(used, most)
  let leaf: u32 = 0
  let joined: u32 = 0
  for (let made: u32 = 0; made < used - 1; made++) {
    let weight: u32 = 0
    for (let child = 0; child < 2; child++) {
      const leafWeight: u32 = leaf < used ? load<u32>(sorted + 4 * leaf) >> SYMBOL_BITS : 0xffffffff
      if (joined == made || leafWeight <= load<u32>(weights + 4 * joined)) {
        weight += leafWeight
        store<u16>(leafParents + 2 * leaf++, made)
      } else {
        weight += load<u32>(weights + 4 * joined)
        store<u16>(parents + 2 * joined++, made)
      }
    }
    store<u32>(weights + 4 * made, weight)
  }
  memory.fill(perLength, 0, 4 * 32)
  store<u16>(depths + 2 * (used - 2), 0)
  for (let node: i32 = <i32>used - 3; node >= 0; node--)
    store<u16>(depths + 2 * node, load<u16>(depths + 2 * <usize>load<u16>(parents + 2 * node)) + 1)
  for (let at: u32 = 0; at < used; at++) {
    const depth: u32 = <u32>load<u16>(depths + 2 * <usize>load<u16>(leafParents + 2 * at)) + 1
    const slot = perLength + 4 * (depth < longest ? depth : longest)
    store<u32>(slot, load<u32>(slot) + 1)
  }
  shorten(longest)
  let at: u32 = 0
  for (let length = longest; length > 0; length--)
    for (let count = load<u32>(perLength + 4 * length); count > 0; count--)
      store<u8>(lengths + (load<u32>(sorted + 4 * at++) & SYMBOL_MASK), length)
}

/** Rarest first, then by symbol. They are in the order of symbols, which takes the first bits off the work. */
function sortKeys(used: u32, most: u32): usize {
  let from = keys
  let to = otherKeys
  for (let shift = SYMBOL_BITS; shift < 32 && most >> shift > 0; shift += RADIX_BITS) {
    memory.fill(buckets, 0, 4 * RADIX)
    for (let at: u32 = 0; at < used; at++) {
      const bucket = buckets + 4 * ((load<u32>(from + 4 * at) >> shift) & (RADIX - 1))
      store<u32>(bucket, load<u32>(bucket) + 1)
    }
    let sum: u32 = 0
    for (let digit: u32 = 0; digit < RADIX; digit++) {
      const count = load<u32>(buckets + 4 * digit)
      store<u32>(buckets + 4 * digit, sum)
      sum += count
    }
    for (let at: u32 = 0; at < used; at++) {
      const key = load<u32>(from + 4 * at)
      const bucket = buckets + 4 * ((key >> shift) & (RADIX - 1))
      const place = load<u32>(bucket)
      store<u32>(to + 4 * place, key)
      store<u32>(bucket, place + 1)
    }
    const swap = from
    from = to
    to = swap
  }
  return from
}

/** After codewords were cut to the longest length there are too many: one of another length becomes longer for each that finds room. */
function shorten(longest: u32): void {
  const all: u32 = 1 << longest
  let taken: u32 = 0
  for (let length: u32 = 1; length <= longest; length++) taken += load<u32>(perLength + 4 * length) << (longest - length)
  while (taken > all) {
    let length = longest - 1
    while (load<u32>(perLength + 4 * length) == 0) length--
    move(length, length + 1)
    taken -= 1 << (longest - length - 1)
  }
  // The last step may have made more room than was wanted.
  for (let length = longest; taken < all && length > 1; ) {
    const gain: u32 = 1 << (longest - length)
    if (load<u32>(perLength + 4 * length) > 0 && taken + gain <= all) {
      move(length, length - 1)
      taken += gain
    } else length--
  }
}
function move(from: u32, to: u32): void {
  store<u32>(perLength + 4 * from, load<u32>(perLength + 4 * from) - 1)
  store<u32>(perLength + 4 * to, load<u32>(perLength + 4 * to) + 1)
}

/** Canonical codewords (u16): shorter before longer, then by symbol. */
export function canonicalCodewords(lengths: usize, symbols: u32, codewords: usize): void {
  memory.fill(perLength, 0, 4 * 32)
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const slot = perLength + 4 * <usize>load<u8>(lengths + symbol)
    store<u32>(slot, load<u32>(slot) + 1)
  }
  store<u32>(perLength, 0)
  store<u32>(firsts, 0)
  for (let length: u32 = 1; length < 17; length++)
    store<u32>(firsts + 4 * length, (load<u32>(firsts + 4 * (length - 1)) + load<u32>(perLength + 4 * (length - 1))) << 1)
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const slot = firsts + 4 * <usize>load<u8>(lengths + symbol)
    const codeword = load<u32>(slot)
    store<u16>(codewords + 2 * symbol, codeword)
    store<u32>(slot, codeword + 1)
  }
}
