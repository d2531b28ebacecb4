/** A disk, a stick, a drive, or a partition of one. */
export interface BlockDevice {
  /** `/dev/sr0`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Changes when another disc is put in. */
  readonly generation: string
}

export type FileSystem = 'iso9660' | 'udf' | 'vfat' | 'exfat' | 'ext4'

/** The storage of the target computer. One medium is mounted at a time. */
export interface Storage {
  devices(): Promise<readonly BlockDevice[]>
  /** At most `length` bytes from the start. Throws what the device says. */
  head(device: BlockDevice, length: number): Promise<Uint8Array>
  /** Mounts read-only. Throws what the system says. */
  mount(device: BlockDevice, fileSystem: FileSystem): Promise<void>
  unmount(): Promise<void>
  /** A file of the mounted medium, of at most `limit` bytes; undefined when there is none. Throws for a larger one. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>
  /** A writable copy of a folder of the mounted medium, with its modes; empty when there is none. Replaces an earlier one. */
  copyFolder(path: string, to: string): Promise<void>
}
