import { WimError } from '../error.ts'
import { RESOURCE_FLAG, type ResourceHeader, resourceHeader } from './resource-header.ts'

/** One line of the lookup table (wimlib, blob_table.c, `blob_descriptor_disk`). */
export interface LookupEntry {
  readonly resource: ResourceHeader
  readonly part: number
  /** How often the images use it. */
  readonly references: number
  /** 40 hexadecimal digits. */
  readonly sha1: string
}

const FIELD = { part: 24, references: 26, sha1: 30 } as const
const SHA1_SIZE = 20
const ENTRY_SIZE = 50
/** Says that a line tells of a solid resource, whose own size is in its header. */
export const SOLID_RESOURCE_SIZE: number = 2 ** 32
/** Enough for four million files of different contents. Bytes. */
export const LOOKUP_TABLE_LIMIT: number = ENTRY_SIZE << 22

export const lookupTable = {
  entrySize: ENTRY_SIZE as number,
  /** Throws {@link WimError}. `place` is where the table is in the WIM. */
  *decode(bytes: Buffer, place: number): Generator<LookupEntry, void, undefined> {
    if (bytes.length % ENTRY_SIZE !== 0)
      throw new WimError('WIM_FIELD', 'lookup table', `${bytes.length} bytes; expected a multiple of ${ENTRY_SIZE}`, {
        offset: place,
      })
    for (let at = 0; at < bytes.length; at += ENTRY_SIZE) {
      const resource = resourceHeader.decode(bytes, at, 'lookup table', place + at)
      const part = bytes.readUInt16LE(at + FIELD.part)
      const references = bytes.readUInt32LE(at + FIELD.references)
      if (resource.flags & RESOURCE_FLAG.free && resource.sizeInWim === 0) continue
      const sha1 = bytes.toString('hex', at + FIELD.sha1, at + FIELD.sha1 + SHA1_SIZE)
      yield { resource, part, references, sha1 }
    }
  },
  encode(entries: readonly LookupEntry[]): Buffer {
    const bytes = Buffer.alloc(entries.length * ENTRY_SIZE)
    for (const [index, { resource, part, references, sha1 }] of entries.entries()) {
      const at = index * ENTRY_SIZE
      resourceHeader.encode(resource, bytes, at)
      bytes.writeUInt16LE(part, at + FIELD.part)
      bytes.writeUInt32LE(references, at + FIELD.references)
      bytes.write(sha1, at + FIELD.sha1, 'hex')
    }
    return bytes
  },
} as const
