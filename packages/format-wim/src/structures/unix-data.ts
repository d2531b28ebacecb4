import type { Entry } from '@bootwright/bytes'

/** Owner and mode of a file, as wimlib keeps them beside what Windows knows (unix_data.h). */
export interface UnixData {
  readonly uid: number
  readonly gid: number
  /** With the bits that tell what kind of file it is. */
  readonly mode: number
  /** Of a device. */
  readonly rdev: number
}

/** Tagged items: a number that says what it is, a length, the data, filled up to a multiple of 8. */
const ITEM = { tag: 0, length: 4, data: 8 } as const
const UNIX_DATA = 0x337dd873
const DATA_SIZE = 16
const KIND = { file: 0o100_000, folder: 0o040_000, link: 0o120_000 } as const
const MODE = { file: 0o644, folder: 0o755, link: 0o777 } as const

/** As a tagged item. */
export function encodeUnixData({ uid, gid, mode, rdev }: UnixData): Buffer {
  const item = Buffer.alloc(ITEM.data + DATA_SIZE)
  item.writeUInt32LE(UNIX_DATA, ITEM.tag)
  item.writeUInt32LE(DATA_SIZE, ITEM.length)
  for (const [index, value] of [uid, gid, mode, rdev].entries()) item.writeUInt32LE(value, ITEM.data + 4 * index)
  return item
}

/** What an entry of a tree has, owned by root. */
export const unixDataOf = (entry: Entry): UnixData => ({
  uid: 0,
  gid: 0,
  mode: KIND[entry.kind] | (entry.kind === 'link' ? MODE.link : (entry.mode ?? MODE[entry.kind])),
  rdev: 0,
})

/** Finds it among the tagged items of a file. */
export function decodeUnixData(items: Uint8Array): UnixData | undefined {
  const bytes = Buffer.from(items.buffer, items.byteOffset, items.byteLength)
  for (let at = 0; at + ITEM.data <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + ITEM.length)
    const data = at + ITEM.data
    if (data + length > bytes.length) return undefined
    if (bytes.readUInt32LE(at + ITEM.tag) === UNIX_DATA && length >= DATA_SIZE) {
      const [uid, gid, mode, rdev] = [0, 4, 8, 12].map(field => bytes.readUInt32LE(data + field)) as [
        number,
        number,
        number,
        number,
      ]
      return { uid, gid, mode, rdev }
    }
    at = data + Math.ceil(length / 8) * 8
  }
  return undefined
}
