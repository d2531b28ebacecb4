import { createHash } from 'node:crypto'
import { DiskError } from './error.ts'

const GUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i
/** The text form is big-endian; on a disk the first three fields are little-endian (UEFI 2.10, appendix A). */
const DISK_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

export const NIL_GUID = '00000000-0000-0000-0000-000000000000'

/**
 * A GUID that is the same for the same seed on every machine: the first 16 bytes of the SHA-256 of `seed`, marked as version 8
 * (RFC 9562 5.8). Upper case.
 */
export function guidFrom(seed: string | Uint8Array): string {
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return textOf(bytes)
}

/** The 16 bytes of a GUID as they stand on a disk. Throws {@link DiskError} `DISK_GUID`. */
export function encodeGuid(guid: string): Uint8Array {
  if (!GUID.test(guid))
    throw new DiskError(
      'DISK_GUID',
      'GUID',
      `"${guid}" is no GUID; expected XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX, X hexadecimal`,
    )
  const text = Buffer.from(guid.replaceAll('-', ''), 'hex')
  return Uint8Array.from(DISK_ORDER, position => text[position]!)
}

/** The text, in upper case, of the 16 bytes of a GUID on a disk. */
export const decodeGuid = (bytes: Uint8Array): string =>
  textOf(Uint8Array.from(DISK_ORDER, position => bytes[position]!))

function textOf(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex').toUpperCase()
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  )
}
