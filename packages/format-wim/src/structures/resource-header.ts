import { WimError, type WimStructure } from '../error.ts'
import { readSize } from './fields.ts'

/** Where the bytes of something are in a WIM file (wimlib, include/wimlib/resource.h, `wim_reshdr_disk`). */
export interface ResourceHeader {
  /** Bytes in the file, compressed or not. */
  readonly sizeInWim: number
  readonly flags: number
  readonly offset: number
  /** Bytes when it is decompressed. */
  readonly size: number
}

export const RESOURCE_FLAG = { free: 0x01, metadata: 0x02, compressed: 0x04, spanned: 0x08, solid: 0x10 } as const

/** offset 0: size in the WIM, 7 bytes; 7: flags; 8: offset in the file; 16: size when decompressed. */
const FIELD = { size: 0, flags: 7, offset: 8, originalSize: 16 } as const
const SIZE_LIMIT = 2 ** 53

export const resourceHeader = {
  size: 24,
  decode(bytes: Buffer, at: number, structure: WimStructure, place: number): ResourceHeader {
    const sizeInWim = bytes.readUIntLE(at, 6) + bytes[at + 6]! * 2 ** 48
    if (sizeInWim >= SIZE_LIMIT)
      throw new WimError('WIM_TOO_LARGE', structure, `a size of ${sizeInWim}; expected less than 2^53`, {
        offset: place,
      })
    return {
      sizeInWim,
      flags: bytes[at + FIELD.flags]!,
      offset: readSize(bytes, at + FIELD.offset, structure, place + FIELD.offset),
      size: readSize(bytes, at + FIELD.originalSize, structure, place + FIELD.originalSize),
    }
  },
  encode({ sizeInWim, flags, offset, size }: ResourceHeader, into: Buffer, at: number): void {
    into.writeUIntLE(sizeInWim % 2 ** 48, at + FIELD.size, 6)
    into[at + 6] = Math.floor(sizeInWim / 2 ** 48)
    into[at + FIELD.flags] = flags
    into.writeBigUInt64LE(BigInt(offset), at + FIELD.offset)
    into.writeBigUInt64LE(BigInt(size), at + FIELD.originalSize)
  },
} as const

export const NO_RESOURCE: ResourceHeader = { sizeInWim: 0, flags: 0, offset: 0, size: 0 }
