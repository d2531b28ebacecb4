/** A disk, a USB drive, a disc drive, or a partition. */
export interface BlockDevice {
  /** `/dev/sr0`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Changes when another disc is inserted. */
  readonly generation: string
  /** Path of the disk that contains it; the path of a disk itself is its own. */
  readonly disk: string
}

export type FileSystem = 'iso9660' | 'udf' | 'vfat' | 'exfat' | 'ntfs' | 'ext4'

/** The storage devices of the computer. */
export interface Storage {
  devices(): Promise<readonly BlockDevice[]>
  /** At most `length` bytes from the start. Throws the error of the device. */
  head(device: BlockDevice, length: number): Promise<Uint8Array>
  /** Mounts read-only. Throws the error of the system. */
  mount(device: BlockDevice, fileSystem: FileSystem): Promise<Volume>
}

/** A mounted file system. */
export interface Volume extends VolumeFiles {
  unmount(): Promise<void>
}
export interface VolumeFiles {
  /** Reads a file of at most `limit` bytes; undefined when it is missing. Throws for a larger file. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>
  /** Writes a writable copy of a folder, with modes; an empty folder when it is missing. Replaces an earlier copy. */
  copyFolder(path: string, to: string): Promise<void>
  /** Reads a file of any size to its end; undefined when it is missing. */
  digest(path: string, onProgress?: (bytes: number) => void): Promise<FileDigest | undefined>
  /** The path of a file in the running system; undefined when it is missing. */
  path(path: string): Promise<string | undefined>
}
export interface FileDigest {
  /** Bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}
