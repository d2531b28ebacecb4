import type { ContentFile } from '@bootwright/medium-format'

/** Contents that are downloaded. Every byte is verified. */
export interface RemoteContents {
  /** Random access to a file; undefined for a file that is not stored in chunks. */
  open(file: ContentFile): Promise<RemoteFile | undefined>
  /** `older` is an earlier file of the same name; its unchanged chunks are reused. */
  download(file: ContentFile, to: string, options: DownloadOptions): Promise<void>
}
export interface RemoteFile {
  /** Bytes. */
  readonly size: number
  /** Returns fewer bytes only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
}
export interface DownloadOptions {
  readonly older?: string | undefined
  readonly onProgress: (done: number) => void
}
