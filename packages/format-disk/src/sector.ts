/** The only logical sector size that is planned and read. */
export const SECTOR_SIZE = 512
/** Sectors beyond this one have byte offsets that a number cannot hold exactly. */
const LAST_SECTOR = BigInt(Number.MAX_SAFE_INTEGER) / BigInt(SECTOR_SIZE)

/** The 64-bit sector number at `at`; nothing when no disk is that large. */
export function readSectorNumber(bytes: Buffer, at: number): number | undefined {
  const value = bytes.readBigUInt64LE(at)
  return value <= LAST_SECTOR ? Number(value) : undefined
}
