const ALIGNMENT = 4
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
/** A newc archive, and its first entry's number. */
const CPIO = Buffer.from('07070100000001')

/** The compressed archives of an initramfs, with the zeros behind each, and what follows uncompressed. */
export function framesIn(initramfs: Buffer): { readonly frames: readonly Buffer[]; readonly rest: Buffer } {
  const starts: number[] = []
  for (let at = 0; ; at += ALIGNMENT) {
    at = initramfs.indexOf(ZSTD, at)
    if (at < 0) break
    if (at % ALIGNMENT === 0) starts.push(at)
    at -= at % ALIGNMENT
  }
  const last = initramfs.indexOf(CPIO, starts.at(-1))
  const end = last < 0 ? initramfs.length : last
  const frames = starts.map((start, index) => initramfs.subarray(start, starts[index + 1] ?? end))
  return { frames, rest: initramfs.subarray(end) }
}
