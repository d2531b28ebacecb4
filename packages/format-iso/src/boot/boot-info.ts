import {
  type Bytes,
  chunks,
  computed,
  concat,
  fingerprint,
  fromMemory,
  overlay,
  read,
  slice,
  zeros,
} from '@bootwright/bytes'
import { BLOCK_SIZE, SYSTEM_AREA_BLOCKS } from '../structures/blocks.ts'

/** Where isolinux.bin and the like keep what the medium's maker must tell them (mkisofs, "-boot-info-table"). */
const TABLE_OFFSET = 8
const RESERVED_SIZE = 40
/** The checksum covers what follows the table. */
export const BOOT_INFO_END = 64

/** `file` with the boot information table in bytes 8 to 63: its own place, its length and its checksum. */
export function withBootInfo(file: Bytes, block: number): Bytes {
  const numbers = Buffer.alloc(12)
  numbers.writeUInt32LE(SYSTEM_AREA_BLOCKS, 0)
  numbers.writeUInt32LE(block, 4)
  numbers.writeUInt32LE(file.size, 8)
  return overlay(file, [
    { offset: TABLE_OFFSET, bytes: concat([fromMemory(numbers), checksumOf(file), zeros(RESERVED_SIZE)]) },
  ])
}

/**
 * What was given to {@link withBootInfo}, with zeros in bytes 8 to 63, when the table is the one of a file of the image at byte `offset`;
 * nothing when it is another.
 */
export async function withoutBootInfo(file: Bytes, offset: number): Promise<Bytes | undefined> {
  if (file.size < BOOT_INFO_END || offset % BLOCK_SIZE !== 0) return undefined
  const blank = overlay(file, [{ offset: TABLE_OFFSET, bytes: zeros(BOOT_INFO_END - TABLE_OFFSET) }])
  const [found, expected] = await Promise.all(
    [file, withBootInfo(blank, offset / BLOCK_SIZE)].map(each => read(each, 0, BOOT_INFO_END)),
  )
  return Buffer.compare(found!, expected!) === 0 ? blank : undefined
}

/** The sum of the words of 32 bits from byte 64 on; the file is read when the checksum is. */
const checksumOf = (file: Bytes): Bytes =>
  computed({
    id: `boot information checksum of ${fingerprint(file)}`,
    size: 4,
    async produce(signal) {
      let sum = 0
      let position = 0
      for await (const chunk of chunks(slice(file, BOOT_INFO_END), { signal })) {
        for (const byte of chunk) {
          sum = (sum + byte * 2 ** (8 * (position % 4))) % 2 ** 32
          position += 1
        }
      }
      const field = Buffer.alloc(4)
      field.writeUInt32LE(sum)
      return field
    },
  })
