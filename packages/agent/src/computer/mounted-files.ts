import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, type FileHandle, mkdir, open, realpath, rm } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { AgentError } from './errors.ts'
import type { FileDigest, VolumeFiles } from './storage.ts'

/**
 * Opening a device or a FIFO under the name of a file must not block, and a path that was resolved must no longer be a link. Windows has
 * neither flag and needs none.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
/**
 * Errors that mean a missing file: also a file in the place of a folder, a loop of links, a device on a file system mounted with nodev, or a
 * socket.
 */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO'])

/** The files of a file system that is mounted at `root`. */
export const mountedFiles = (root: string): VolumeFiles => ({
  read: (path, limit) => readFileWithin(root, path, limit),
  async copyFolder(path, to) {
    await rm(to, { recursive: true, force: true })
    await mkdir(to, { recursive: true })
    const folder = await pathWithin(root, path)
    if (folder) await cp(folder, to, { recursive: true, verbatimSymlinks: true })
  },
  digest: (path, onProgress) => withFile(root, path, file => digestOf(file, onProgress)),
  path: path => pathWithin(root, path),
})

/**
 * The content of a file below `root`. Undefined when it is missing or not a regular file; the volume may belong to anyone. Throws
 * {@link AgentError} `FILE_TOO_LARGE` for more than `limit` bytes.
 */
export const readFileWithin = (root: string, path: string, limit: number): Promise<Uint8Array | undefined> =>
  withFile(root, path, (file, size) => {
    if (size > limit)
      throw new AgentError('FILE_TOO_LARGE', `the file ${path} has ${size} bytes; expected at most ${limit}`)
    return readBytes(file, size)
  })

async function withFile<T>(
  root: string,
  path: string,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | undefined> {
  const real = await pathWithin(root, path)
  const file = real && (await unlessMissing(open(real, FLAGS)))
  if (!file) return undefined
  try {
    const status = await file.stat()
    return status.isFile() ? await use(file, status.size) : undefined
  } finally {
    await file.close()
  }
}

async function digestOf(file: FileHandle, onProgress: (bytes: number) => void = () => {}): Promise<FileDigest> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
    size += piece.length
    hash.update(piece)
    onProgress(size)
  }
  return { size, sha256: hash.digest('hex') }
}

/** The real path of a path below `root`, with links followed; undefined when it is missing or outside of `root`. */
export async function pathWithin(root: string, path: string): Promise<string | undefined> {
  const real = await unlessMissing(realpath(join(root, path)))
  if (real === undefined) return undefined
  const way = relative(await realpath(root), real)
  return way === '' || isAbsolute(way) || /^\.\.(?![^\\/])/.test(way) ? undefined : real
}

/** Reads at most `size` bytes, even if the file grows. */
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
