import { CpioError } from './error.ts'

/** Magic and 13 fields of eight hexadecimal digits. */
export const HEADER_SIZE = 110
const MAGIC = '070701'
const DIGITS = /^[0-9a-f]+$/i
/** The fields in disk order (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). */
const FIELDS = [
  'ino',
  'mode',
  'user',
  'group',
  'links',
  'modified',
  'fileSize',
  'deviceMajor',
  'deviceMinor',
  'nodeMajor',
  'nodeMinor',
  'nameSize',
  'checksum',
] as const

/** Every number has 32 bits; `nameSize` counts the NUL that ends the name. */
export type Header = Readonly<Record<(typeof FIELDS)[number], number>>

/** Names, contents and headers all begin at multiples of four. */
export const alignUp = (size: number, multiple = 4): number => Math.ceil(size / multiple) * multiple

/** Header and name, filled up with NULs to a multiple of four. */
export function encodeHeader(header: Omit<Header, 'nameSize'>, name: string): Uint8Array {
  const nameBytes = Buffer.from(name)
  const fields: Header = { ...header, nameSize: nameBytes.length + 1 }
  const bytes = Buffer.alloc(alignUp(HEADER_SIZE + fields.nameSize))
  bytes.write(MAGIC + FIELDS.map(field => fields[field].toString(16).padStart(8, '0').toUpperCase()).join(''), 'latin1')
  bytes.set(nameBytes, HEADER_SIZE)
  return bytes
}

/** Reads the 110 bytes that stand at byte `offset` of the archive. Throws {@link CpioError} `CPIO_MAGIC` or `CPIO_FIELD`. */
export function decodeHeader(bytes: Uint8Array, offset: number): Header {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_SIZE).toString('latin1')
  if (!text.startsWith(MAGIC))
    throw new CpioError(
      'CPIO_MAGIC',
      `found ${JSON.stringify(text.slice(0, 6))}; expected "${MAGIC}" (newc, uncompressed)`,
      { offset },
    )
  const fields = FIELDS.map((field, index) => {
    const start = MAGIC.length + index * 8
    const digits = text.slice(start, start + 8)
    if (!DIGITS.test(digits))
      throw new CpioError('CPIO_FIELD', `"${field}" is ${JSON.stringify(digits)}; expected eight hexadecimal digits`, {
        offset: offset + start,
      })
    return [field, Number.parseInt(digits, 16)]
  })
  return Object.fromEntries(fields)
}
