import { asciiField, ucs2Field } from '../names/labels.ts'
import { BLOCK_SIZE } from './blocks.ts'
import { encodeRecord, FLAG_DIRECTORY } from './directory-record.ts'
import { longDate, NO_LONG_DATE, writeBoth16, writeBoth32 } from './fields.ts'

export const TYPE_BOOT_RECORD = 0
export const TYPE_PRIMARY = 1
export const TYPE_SUPPLEMENTARY = 2
export const TYPE_TERMINATOR = 255
export const STANDARD_IDENTIFIER = 'CD001'
/** El Torito 2.0. */
export const BOOT_SYSTEM_IDENTIFIER = 'EL TORITO SPECIFICATION'
/** Joliet 1.10: UCS-2 levels 1, 2 and 3; we write level 3. */
export const JOLIET_ESCAPES: readonly string[] = ['%/@', '%/C', '%/E']

/** ECMA-119 8.4 (primary) and 8.5 (supplementary), which differ in one field; 8.2 for the boot record. */
export const OFFSET = {
  type: 0,
  identifier: 1,
  version: 6,
  bootSystem: 7,
  bootCatalog: 71,
  systemIdentifier: 8,
  label: 40,
  volumeBlocks: 80,
  escapes: 88,
  volumeSetSize: 120,
  volumeNumber: 124,
  blockSize: 128,
  pathTableSize: 132,
  pathTableL: 140,
  pathTableM: 148,
  root: 156,
  volumeSet: 190,
  publisher: 318,
  preparer: 446,
  application: 574,
  copyrightFile: 702,
  abstractFile: 739,
  bibliographicFile: 776,
  created: 813,
  modified: 830,
  expires: 847,
  effective: 864,
  fileStructureVersion: 881,
} as const

export interface VolumeDescriptor {
  readonly label: string
  readonly publisher: string
  readonly application: string
  readonly date: Date
  /** Of the whole volume, from block 0. */
  readonly volumeBlocks: number
  /** Bytes. */
  readonly pathTableSize: number
  readonly pathTableL: number
  readonly pathTableM: number
  readonly root: { readonly block: number; readonly size: number }
}

/** The primary descriptor, or the supplementary one that makes a hierarchy Joliet. */
export function encodeVolumeDescriptor(kind: 'primary' | 'joliet', volume: VolumeDescriptor): Buffer {
  const into = begin(kind === 'primary' ? TYPE_PRIMARY : TYPE_SUPPLEMENTARY)
  const text = kind === 'primary' ? asciiField : ucs2Field
  if (kind === 'joliet') into.write(JOLIET_ESCAPES.at(-1)!, OFFSET.escapes, 'latin1')
  into.set(text('', 32), OFFSET.systemIdentifier)
  into.set(text(volume.label, 32), OFFSET.label)
  writeBoth32(into, OFFSET.volumeBlocks, volume.volumeBlocks)
  writeBoth16(into, OFFSET.volumeSetSize, 1)
  writeBoth16(into, OFFSET.volumeNumber, 1)
  writeBoth16(into, OFFSET.blockSize, BLOCK_SIZE)
  writeBoth32(into, OFFSET.pathTableSize, volume.pathTableSize)
  into.writeUInt32LE(volume.pathTableL, OFFSET.pathTableL)
  into.writeUInt32BE(volume.pathTableM, OFFSET.pathTableM)
  const root = { ...volume.root, flags: FLAG_DIRECTORY, identifier: Uint8Array.of(0), systemUse: new Uint8Array(0) }
  into.set(encodeRecord(root, volume.date), OFFSET.root)
  into.set(text('', 128), OFFSET.volumeSet)
  into.set(text(volume.publisher, 128), OFFSET.publisher)
  into.set(text('', 128), OFFSET.preparer)
  into.set(text(volume.application, 128), OFFSET.application)
  for (const offset of [OFFSET.copyrightFile, OFFSET.abstractFile, OFFSET.bibliographicFile])
    into.set(text('', 37), offset)
  for (const offset of [OFFSET.created, OFFSET.modified, OFFSET.effective]) into.set(longDate(volume.date), offset)
  into.set(NO_LONG_DATE, OFFSET.expires)
  into[OFFSET.fileStructureVersion] = 1
  return into
}

/** El Torito 2.0: which block holds the boot catalog. */
export function encodeBootRecord(catalogBlock: number): Buffer {
  const into = begin(TYPE_BOOT_RECORD)
  into.write(BOOT_SYSTEM_IDENTIFIER, OFFSET.bootSystem, 'latin1')
  into.writeUInt32LE(catalogBlock, OFFSET.bootCatalog)
  return into
}

/** ECMA-119 8.3. */
export const encodeTerminator = (): Buffer => begin(TYPE_TERMINATOR)

function begin(type: number): Buffer {
  const into = Buffer.alloc(BLOCK_SIZE)
  into[OFFSET.type] = type
  into.write(STANDARD_IDENTIFIER, OFFSET.identifier, 'latin1')
  into[OFFSET.version] = 1
  return into
}
