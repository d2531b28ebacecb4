import { zeros } from '@bootwright/bytes'
import type { Compression } from '../codec/codec.ts'
import { WimError } from '../error.ts'
import type { Wim } from '../read/read-wim.ts'
import { HEADER_FLAG, HEADER_SIZE, VERSION, type WimHeader } from '../structures/header.ts'
import { NO_RESOURCE } from '../structures/resource-header.ts'
import { emptyXml } from '../structures/xml.ts'
import type { WimPlan } from '../write/assemble.ts'
import { type NewImage, type PatchOptions, patchWim } from './patch-wim.ts'

export interface CreateOptions extends PatchOptions {
  /** LZMS can be read only. */
  readonly compression: Exclude<Compression, 'lzms'>
  /** A power of two; 32 KiB, which every reader takes, when absent. XPRESS up to 64 KiB, LZX up to 2 MiB. */
  readonly chunkSize?: number | undefined
  /** Whether the WIM has a table that tells whether its bytes are still the same. */
  readonly hasIntegrity?: boolean | undefined
}

const CHUNK_SIZE = 32_768
const LIMITS = { none: 0, xpress: 1 << 16, lzx: 1 << 21 } as const
const SMALLEST_CHUNK = { none: 0, xpress: 1 << 12, lzx: CHUNK_SIZE } as const
const FLAGS = {
  none: 0,
  xpress: HEADER_FLAG.compressed | HEADER_FLAG.xpress,
  lzx: HEADER_FLAG.compressed | HEADER_FLAG.lzx,
} as const

/** A new WIM. The same trees and options give the same bytes. Throws {@link WimError}. */
export async function createWim(images: readonly NewImage[], options: CreateOptions): Promise<WimPlan> {
  const { compression, chunkSize = CHUNK_SIZE } = options
  const isPower = chunkSize > 0 && (chunkSize & (chunkSize - 1)) === 0
  if (
    compression !== 'none' &&
    !(isPower && chunkSize >= SMALLEST_CHUNK[compression] && chunkSize <= LIMITS[compression])
  )
    throw new WimError(
      'WIM_OPTION',
      'options',
      `chunks of ${chunkSize} bytes for ${compression}; expected a power of two from ${SMALLEST_CHUNK[compression]} to ${LIMITS[compression]}`,
    )
  const header: WimHeader = {
    version: VERSION.usual,
    flags: FLAGS[compression] | HEADER_FLAG.rpFix,
    chunkSize: compression === 'none' ? 0 : chunkSize,
    guid: '',
    part: 1,
    parts: 1,
    imageCount: 0,
    lookupTable: NO_RESOURCE,
    xml: NO_RESOURCE,
    bootMetadata: NO_RESOURCE,
    bootIndex: 0,
    integrity: NO_RESOURCE,
  }
  const nothing: Wim = {
    header,
    compression,
    parts: [zeros(HEADER_SIZE)],
    images: [],
    xml: { images: [], document: emptyXml() },
    lines: [],
    blobs: new Map(),
    metadata: [],
  }
  return await patchWim(nothing, { appended: images }, options)
}
