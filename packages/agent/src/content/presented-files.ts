import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ContentFile, openEncrypted } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'
import type { System } from '../computer/system.ts'
import type { BlobLocator } from './blob-locator.ts'
import { exists } from './exists.ts'
import type { RemoteContents } from './remote-contents.ts'
import type { ContentWriter } from './writer.ts'

export interface PresentedFilesOptions {
  readonly locator: BlobLocator
  readonly writer: ContentWriter
  readonly remote: RemoteContents | undefined
  readonly older: (file: ContentFile) => Promise<string | undefined>
  readonly keyFor: (file: ContentFile) => Uint8Array
  /** Presents a virtual file to programs; undefined where the system cannot. */
  readonly present: System['present'] | undefined
  /** The parent of the folder of copies. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
  /** Reports a failed read of a virtual file. */
  readonly onError: (error: unknown) => void
}

/** Single files of contents, as paths that programs can read. */
export interface PresentedFiles {
  /**
   * In this order: the verified file on the medium, a virtual file that is decrypted or downloaded while it is read, or a copy. Throws
   * {@link AgentError} `CONTENT_MISSING` or `CONTENT_CHANGED`.
   */
  path(file: ContentFile): Promise<string>
  /** Closes files and deletes copies; paths are not valid afterwards. */
  tidy(): Promise<void>
}

/** Folder of the copies. */
const FILES = 'Files'

export function presentedFiles(options: PresentedFilesOptions): PresentedFiles {
  const { locator, writer, remote, older, keyFor, present, folder, onProgress, onError } = options
  const opened: FileHandle[] = []

  /** An encrypted file, decrypted while it is read; undefined where the system has no virtual files. */
  const decryptedWhileRead = async (file: ContentFile): Promise<string | undefined> => {
    if (!present) return undefined
    const stored = await open(await locator.verified(file))
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await stored.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    }
    const plain = await openEncrypted(read, file.size, keyFor(file))
    const path = await present({ name: file.sha256, ...plain, onError })
    if (path === undefined) await stored.close()
    else opened.push(stored)
    return path
  }

  /** A file that is downloaded while it is read. Undefined where that is not possible, or when an earlier file saves a download. */
  const downloadedWhileRead = async (file: ContentFile): Promise<string | undefined> => {
    if (!present || (await older(file)) !== undefined) return undefined
    const chunked = await remote!.open(file)
    return chunked && (await present({ name: file.sha256, ...chunked, onError }))
  }

  const copied = async (file: ContentFile): Promise<string> => {
    const to = join(await folder(), FILES, file.sha256)
    if (await exists(to)) return to
    await mkdir(dirname(to), { recursive: true })
    const unfinished = `${to}.unfinished`
    await writer.write(file, unfinished, done => onProgress(done, file.size))
    await rename(unfinished, to)
    return to
  }

  return {
    async path(file) {
      if (locator.isSplit(file)) return await copied(file)
      if (file.isEncrypted) return (await decryptedWhileRead(file)) ?? (await copied(file))
      try {
        return await locator.verified(file)
      } catch (error) {
        if (!remote || !(error instanceof AgentError)) throw error
        return (await downloadedWhileRead(file)) ?? (await copied(file))
      }
    },
    async tidy() {
      for (const file of opened.splice(0)) await file.close()
      await rm(join(await folder(), FILES), { recursive: true, force: true })
    },
  }
}
