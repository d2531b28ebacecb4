import { HiveError } from '../error.ts'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Sixteen bytes, the first three fields with their low byte first ([MS-DTYP] 2.3.4). */
export function encodeGuid(guid: string): Buffer {
  if (!GUID.test(guid))
    throw new HiveError('BCD_ELEMENT', 'BCD device', `${JSON.stringify(guid)} is no GUID in lower case without braces`)
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).swap32()
  bytes.subarray(4, 8).swap16()
  return bytes
}

export function decodeGuid(bytes: Uint8Array): string {
  const field = Buffer.from(bytes.subarray(0, 16))
  field.subarray(0, 4).swap32()
  field.subarray(4, 8).swap16()
  return field.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
