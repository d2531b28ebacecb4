import type { Compression } from '../codec/codec.ts'
import { WimError } from '../error.ts'
import { type ResourceHeader, resourceHeader } from './resource-header.ts'

/** The first 208 bytes (wimlib, include/wimlib/header.h, `wim_header_disk`). */
export interface WimHeader {
  readonly version: number
  readonly flags: number
  readonly chunkSize: number
  /** 32 hexadecimal digits, as the bytes are in the file. Parts of a split set have the same. */
  readonly guid: string
  readonly part: number
  readonly parts: number
  readonly imageCount: number
  readonly lookupTable: ResourceHeader
  readonly xml: ResourceHeader
  readonly bootMetadata: ResourceHeader
  /** Image that starts, from 1 on; 0 when none does. */
  readonly bootIndex: number
  readonly integrity: ResourceHeader
}

const MAGIC = Buffer.from('MSWIM\0\0\0', 'latin1')
/** A pipable WIM of wimlib's has its parts in another order. */
const PIPABLE_MAGIC = Buffer.from('WLPWM\0\0\0', 'latin1')
export const HEADER_SIZE = 208
export const VERSION = { usual: 0x10d00, solid: 0x0e00 } as const
export const HEADER_FLAG = {
  compressed: 0x02,
  readOnly: 0x04,
  spanned: 0x08,
  resourceOnly: 0x10,
  metadataOnly: 0x20,
  writeInProgress: 0x40,
  rpFix: 0x80,
  xpress: 0x20000,
  lzx: 0x40000,
  lzms: 0x80000,
  /** XPRESS as WIM files of before version 1.13 name it. */
  xpress2: 0x200000,
} as const

const FIELD = {
  headerSize: 8,
  version: 12,
  flags: 16,
  chunkSize: 20,
  guid: 24,
  part: 40,
  parts: 42,
  imageCount: 44,
  lookupTable: 48,
  xml: 72,
  bootMetadata: 96,
  bootIndex: 120,
  integrity: 124,
} as const
const GUID_SIZE = 16
/** Windows makes 32 KiB, and up to 64 MiB in ESD files. XPRESS and LZX cannot tell of larger ones. Bytes. */
const CHUNK_SIZE_LIMITS: Readonly<Record<Exclude<Compression, 'none'>, number>> = {
  xpress: 1 << 16,
  lzx: 1 << 21,
  lzms: 1 << 26,
}

export const wimHeader = {
  size: HEADER_SIZE as number,
  /** Throws {@link WimError}. */
  decode(bytes: Buffer): WimHeader {
    if (bytes.length < HEADER_SIZE)
      throw new WimError('WIM_TRUNCATED', 'header', `${bytes.length} bytes; expected at least ${HEADER_SIZE}`, {
        offset: 0,
      })
    if (bytes.subarray(0, 8).equals(PIPABLE_MAGIC))
      throw new WimError('WIM_SIGNATURE', 'header', 'it is a pipable WIM; make a usual one: wimlib-imagex export', {
        offset: 0,
      })
    if (!bytes.subarray(0, 8).equals(MAGIC))
      throw new WimError(
        'WIM_SIGNATURE',
        'header',
        `it begins with ${bytes.toString('hex', 0, 8)}; a WIM begins with ${MAGIC.toString('hex')}`,
        { offset: 0 },
      )
    const version = bytes.readUInt32LE(FIELD.version)
    if (version !== VERSION.usual && version !== VERSION.solid)
      throw new WimError(
        'WIM_FIELD',
        'header',
        `version ${version.toString(16)}; expected ${VERSION.usual.toString(16)} or ${VERSION.solid.toString(16)}`,
        { offset: FIELD.version },
      )
    const resource = (at: number): ResourceHeader => resourceHeader.decode(bytes, at, 'header', at)
    const header: WimHeader = {
      version,
      flags: bytes.readUInt32LE(FIELD.flags),
      chunkSize: bytes.readUInt32LE(FIELD.chunkSize),
      guid: bytes.toString('hex', FIELD.guid, FIELD.guid + GUID_SIZE),
      part: bytes.readUInt16LE(FIELD.part),
      parts: bytes.readUInt16LE(FIELD.parts),
      imageCount: bytes.readUInt32LE(FIELD.imageCount),
      lookupTable: resource(FIELD.lookupTable),
      xml: resource(FIELD.xml),
      bootMetadata: resource(FIELD.bootMetadata),
      bootIndex: bytes.readUInt32LE(FIELD.bootIndex),
      integrity: resource(FIELD.integrity),
    }
    check(header)
    return header
  },
  encode(header: WimHeader): Buffer {
    const bytes = Buffer.alloc(HEADER_SIZE)
    MAGIC.copy(bytes)
    bytes.writeUInt32LE(HEADER_SIZE, FIELD.headerSize)
    bytes.writeUInt32LE(header.version, FIELD.version)
    bytes.writeUInt32LE(header.flags, FIELD.flags)
    bytes.writeUInt32LE(header.chunkSize, FIELD.chunkSize)
    bytes.write(header.guid, FIELD.guid, 'hex')
    bytes.writeUInt16LE(header.part, FIELD.part)
    bytes.writeUInt16LE(header.parts, FIELD.parts)
    bytes.writeUInt32LE(header.imageCount, FIELD.imageCount)
    resourceHeader.encode(header.lookupTable, bytes, FIELD.lookupTable)
    resourceHeader.encode(header.xml, bytes, FIELD.xml)
    resourceHeader.encode(header.bootMetadata, bytes, FIELD.bootMetadata)
    bytes.writeUInt32LE(header.bootIndex, FIELD.bootIndex)
    resourceHeader.encode(header.integrity, bytes, FIELD.integrity)
    return bytes
  },
} as const

function check(header: WimHeader): void {
  const { flags, chunkSize, part, parts, imageCount, bootIndex } = header
  const fail = (message: string, offset: number): never => {
    throw new WimError('WIM_FIELD', 'header', message, { offset })
  }
  if (part === 0 || part > parts) fail(`part ${part} of ${parts}`, FIELD.part)
  if (bootIndex > imageCount) fail(`image ${bootIndex} starts, of ${imageCount}`, FIELD.bootIndex)
  if (flags & HEADER_FLAG.writeInProgress)
    fail('writing it has not ended: another program is at it, or was interrupted', FIELD.flags)
  const compression = compressionOf(header)
  if (compression !== 'none') checkChunkSize(compression, chunkSize, FIELD.chunkSize)
}

/** Throws {@link WimError} `WIM_FIELD`. */
export function checkChunkSize(compression: Exclude<Compression, 'none'>, chunkSize: number, offset: number): void {
  const limit = CHUNK_SIZE_LIMITS[compression]
  const isPower = chunkSize > 0 && (chunkSize & (chunkSize - 1)) === 0
  if (isPower && chunkSize <= limit) return
  throw new WimError(
    'WIM_FIELD',
    'header',
    `${compression} in chunks of ${chunkSize} bytes; expected a power of two up to ${limit}`,
    { offset },
  )
}

/** How the resources of a WIM are compressed that are compressed at all. Throws {@link WimError} `WIM_FIELD` for a codec that is not known. */
export function compressionOf({ flags }: WimHeader): Compression {
  if (!(flags & HEADER_FLAG.compressed)) return 'none'
  if (flags & HEADER_FLAG.lzx) return 'lzx'
  if (flags & (HEADER_FLAG.xpress | HEADER_FLAG.xpress2)) return 'xpress'
  if (flags & HEADER_FLAG.lzms) return 'lzms'
  throw new WimError('WIM_FIELD', 'header', `compressed in a way that is not known (flags ${flags.toString(16)})`, {
    offset: FIELD.flags,
  })
}
