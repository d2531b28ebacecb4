import { addAbortSignal } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { constants, createZstdCompress } from 'node:zlib'
import { type Bytes, fromMemory, padToMultiple, read } from '@bootwright/bytes'

/** The kernel takes archives one after another, each beginning at a multiple of 4 (Linux, init/initramfs.c). */
export const ARCHIVE_ALIGNMENT = 4
/** Of zstd: 19 takes twice the time and makes a Node runtime one twelfth smaller. */
const LEVEL = 16

/**
 * One zstd frame, padded. Always by one thread: then the result depends on the content and the version of zstd
 * (`process.versions.zstd`) alone. Two calls run side by side.
 */
export async function compress(archive: Bytes, signal: AbortSignal): Promise<Bytes> {
  const data = await read(archive)
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 }
  const zstd = addAbortSignal(signal, createZstdCompress({ params }))
  zstd.end(data)
  try {
    return padToMultiple(fromMemory(await buffer(zstd)), ARCHIVE_ALIGNMENT)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
