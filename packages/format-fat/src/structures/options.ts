import type { Bytes } from '@bootwright/bytes'

export type FatType = 12 | 16 | 32

export interface FatOptions {
  /** Brought into form by {@link fatLabel}; none by default. */
  readonly label?: string | undefined
  /** The time stamp of every entry, kept in UTC: 1980 to 2107, in steps of two seconds. */
  readonly date: Date
  /** What the serial number is derived from; label and date by default. */
  readonly seed?: string | undefined
  /** By default what suits the size. */
  readonly type?: FatType | undefined
  /** Bytes: 512 (the default), 1024, 2048 or 4096. */
  readonly sectorSize?: number | undefined
  /** Bytes: a power of two, 1 to 128 sectors and at most 64 KiB. By default what suits the size. */
  readonly clusterSize?: number | undefined
  /** Bytes of the whole volume, a multiple of the sector size. By default the smallest that fits, plus `free`. */
  readonly size?: number | undefined
  /** Bytes that stay free at least; 0 by default. */
  readonly free?: number | undefined
  /** Sectors before the volume on its disk; 0 by default. */
  readonly hiddenSectors?: number | undefined
  /** Bytes: the first cluster begins at a multiple of this. The cluster size by default. */
  readonly alignment?: number | undefined
  /** Bytes: folders take a multiple of this, so that files stay where they are when folders grow. A multiple of every cluster size; 0 by default. */
  readonly folderRoom?: number | undefined
}

export interface FatExtent {
  readonly path: string
  /** Byte of the volume. */
  readonly offset: number
  readonly size: number
}

export interface FatPlan {
  readonly bytes: Bytes
  readonly type: FatType
  /** As written; empty when there is none. */
  readonly label: string
  /** Eight hexadecimal digits. */
  readonly serial: string
  readonly clusterSize: number
  /** Where the contents lie, in the order of the volume. Empty files lie nowhere and are left out. */
  readonly extents: readonly FatExtent[]
}
