import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AgentError } from '../errors.ts'

/** A device or a FIFO that is called like a file must not be waited for, and a link that was resolved is one no more. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
/**
 * No such file: a file where a folder should be, a loop of links, or - of a device on a file system mounted without devices, and of a
 * socket - nothing that can be opened.
 */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO'])

/**
 * The content of a file below `root`; undefined when there is none, or something else: any stick that is plugged in is read. Throws
 * {@link AgentError} `FILE_TOO_LARGE` for more than `limit` bytes.
 */
export async function readFileWithin(root: string, path: string, limit: number): Promise<Uint8Array | undefined> {
  const real = await pathWithin(root, path)
  const file = real && (await unlessMissing(open(real, FLAGS)))
  if (!file) return undefined
  try {
    const status = await file.stat()
    if (!status.isFile()) return undefined
    if (status.size > limit)
      throw new AgentError('FILE_TOO_LARGE', `the file ${path} has ${status.size} bytes; at most ${limit} are expected`)
    return await readBytes(file, status.size)
  } finally {
    await file.close()
  }
}

/** Where a path below `root` is when its links are followed; undefined when there is nothing, or when it is outside. */
export async function pathWithin(root: string, path: string): Promise<string | undefined> {
  const real = await unlessMissing(realpath(join(root, path)))
  return real?.startsWith((await realpath(root)) + sep) ? real : undefined
}

/** No more than `size`, whatever the device says later. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array> {
  const data = Buffer.alloc(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(data, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return data.subarray(0, length)
}

const unlessMissing = <T>(found: Promise<T>): Promise<T | undefined> =>
  found.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && NO_FILE.has(error.code)) return undefined
    throw error
  })
