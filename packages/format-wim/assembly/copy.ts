/** Copies a match, whose bytes may be made of one another. */
@inline
export function copyMatch(at: usize, offset: usize, length: usize): void {
  const end = at + length
  let from = at - offset
  if (offset >= 8) {
    // May go seven bytes too far: what is behind is written later, and there is room behind the output.
    do {
      store<u64>(at, load<u64>(from))
      at += 8
      from += 8
    } while (at < end)
  } else if (offset == 1) {
    const pattern = <u64>load<u8>(from) * 0x0101010101010101
    do {
      store<u64>(at, pattern)
      at += 8
    } while (at < end)
  } else
    do {
      store<u8>(at++, load<u8>(from++))
    } while (at < end)
}
