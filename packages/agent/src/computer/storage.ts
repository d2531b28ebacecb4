/** A disk, a stick, a drive, or a partition of one. */
export interface BlockDevice {
  /** `/dev/sr0`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Changes when another disc is put in. */
  readonly generation: string
  /** Path of the disk that it is on; of a disk, its own. */
  readonly disk: string
}

export type FileSystem = 'iso9660' | 'udf' | 'vfat' | 'exfat' | 'ntfs' | 'ext4'

/** The storage of the computer. */
export interface Storage {
  devices(): Promise<readonly BlockDevice[]>
  /** At most `length` bytes from the start. Throws what the device says. */
  head(device: BlockDevice, length: number): Promise<Uint8Array>
  /** Mounts read-only. Throws what the system says. */
  mount(device: BlockDevice, fileSystem: FileSystem): Promise<Volume>
}

/** A file system that is mounted. */
export interface Volume extends VolumeFiles {
  unmount(): Promise<void>
}
export interface VolumeFiles {
  /** A file of at most `limit` bytes; undefined when there is none. Throws for a larger one. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>
  /** A writable copy of a folder, with its modes; empty when there is none. Replaces an earlier one. */
  copyFolder(path: string, to: string): Promise<void>
  /** Of a file, whatever its size: it is read to the end. Undefined when there is none. */
  digest(path: string, onProgress?: (bytes: number) => void): Promise<FileDigest | undefined>
  /** Where it is in the system's own file tree. Undefined when there is none. */
  path(path: string): Promise<string | undefined>
}
export interface FileDigest {
  /** Bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}
