import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type ContentFile, decrypted, MediumError } from '@bootwright/medium-format'
import type { BlobLocator } from './blob-locator.ts'
import { contentChanged, contentMissing, isReadError, withDiskFull } from './errors.ts'
import type { RemoteContents } from './remote-contents.ts'

export interface ContentWriterOptions {
  readonly locator: Pick<BlobLocator, 'sources'>
  /** Downloads files that are on no volume. */
  readonly remote: RemoteContents | undefined
  /** Path of an earlier file of the same content and name, if there is one. */
  readonly older: (file: ContentFile) => Promise<string | undefined>
  /** The key of an encrypted file. Throws when the medium has none. */
  readonly keyFor: (file: ContentFile) => Uint8Array
}

export interface ContentWriter {
  /**
   * Writes a file in clear to `destination`, verifying the stored bytes while they are read. Throws {@link AgentError} `CONTENT_MISSING` or
   * `CONTENT_CHANGED` and leaves no file then.
   */
  write(file: ContentFile, destination: string, onProgress: (bytes: number) => void): Promise<void>
}

export function contentWriter({ locator, remote, older, keyFor }: ContentWriterOptions): ContentWriter {
  /** Whether the bytes of this source match the digest of the file. */
  const writeFrom = async (
    paths: AsyncIterable<string> | readonly string[],
    file: ContentFile,
    destination: string,
    onProgress: (bytes: number) => void,
  ): Promise<boolean> => {
    const hash = createHash('sha256')
    let size = 0
    const stored = async function* (): AsyncIterable<Uint8Array> {
      for await (const path of paths)
        for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
          hash.update(chunk)
          size += chunk.length
          onProgress(size)
          yield chunk
        }
    }
    try {
      await pipeline(
        file.isEncrypted ? decrypted(stored(), keyFor(file)) : stored(),
        createWriteStream(destination, { mode: 0o755 }),
      )
    } catch (error) {
      if (error instanceof MediumError || isReadError(error)) return false
      throw withDiskFull(error, file)
    }
    return hash.digest('hex') === file.sha256 && size === file.size
  }

  return {
    async write(file, destination, onProgress) {
      let isPresent = false
      for await (const paths of locator.sources(file)) {
        isPresent = true
        if (await writeFrom(paths, file, destination, onProgress)) return
      }
      await rm(destination, { force: true })
      if (!remote) throw isPresent ? contentChanged(file) : contentMissing(file)
      try {
        await remote.download(file, destination, { older: await older(file), onProgress })
      } catch (error) {
        throw withDiskFull(error, file)
      }
    },
  }
}
