import type { Bytes } from '@bootwright/bytes'

export interface ExfatOptions {
  /** Cut to 11 UTF-16 code units; none by default. */
  readonly label?: string | undefined
  /** The time stamp of every entry, in UTC: 1980 to 2107. */
  readonly date: Date
  /** What the serial number is derived from; label and date by default. */
  readonly seed?: string | undefined
  /** Bytes: a power of two from 512 to 32 MiB. By default what suits the size, as the specification has it. */
  readonly clusterSize?: number | undefined
  /** Bytes of the whole volume, a multiple of 512. By default the smallest that fits. */
  readonly size?: number | undefined
  /** Sectors before the volume on its disk; 0 by default. */
  readonly hiddenSectors?: number | undefined
  /** Bytes: the first cluster begins at a multiple of this. 4096 by default. */
  readonly alignment?: number | undefined
}

export interface ExfatExtent {
  readonly path: string
  /** Byte of the volume. */
  readonly offset: number
  readonly size: number
}

export interface ExfatPlan {
  readonly bytes: Bytes
  /** As written; empty when there is none. */
  readonly label: string
  /** Eight hexadecimal digits. */
  readonly serial: string
  readonly clusterSize: number
  /** Where the contents lie, in the order of the volume. Empty files lie nowhere and are left out. */
  readonly extents: readonly ExfatExtent[]
}
