/** One entry of the El Torito boot catalog: a file of the tree that firmware loads. */
export type IsoBootEntry =
  | {
      readonly platform: 'bios'
      /** A file in the tree, loaded without emulation. */
      readonly path: string
      /** Sectors of 512 bytes that the BIOS loads; 4 when absent. */
      readonly loadSectors?: number
      /** Write block numbers, length and checksum into bytes 8 to 63 of the file, as isolinux.bin needs. */
      readonly bootInfoTable?: boolean
    }
  | {
      readonly platform: 'uefi'
      /** A FAT file system that is a file in the tree. */
      readonly path: string
    }

export interface IsoOptions {
  /** The volume label; each descriptor takes what it can hold, see {@link isoLabel} and {@link jolietLabel}. */
  readonly label: string
  /** The one time stamp of everything. */
  readonly date: Date
  /** Up to 128 characters of ASCII. */
  readonly publisher?: string
  /** Up to 128 characters of ASCII. */
  readonly application?: string
  /** El Torito; the first is the default entry. */
  readonly boot?: readonly IsoBootEntry[]
  /** Make the image boot from a disk as well, when it is written there as it is. */
  readonly hybrid?: {
    /** Up to 432 bytes of boot code that loads the BIOS boot file: isohdpfx.bin of SYSLINUX. */
    readonly mbrCode?: Uint8Array
    /** The file that becomes the EFI system partition; by default that of the first UEFI entry. */
    readonly systemPartition?: string
    /** Disk signature and GUIDs are derived from it. */
    readonly seed: string
  }
  /**
   * A UDF 1.02 volume over the same contents: names as they are, files of any size. Windows reads it rather than the other hierarchies; its boot
   * images want it.
   */
  readonly udf?: boolean
  /** Long names in lower case instead of those of interchange level 3, in the hierarchy of the primary descriptor. */
  readonly relaxedNames?: boolean
}
