import { type BigIntStats, promises as fs, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { BytesError } from './errors.ts'

/** A file of the build machine in its state when the medium was planned. */
export interface SourceFile {
  readonly path: string
  readonly size: number
  /** `device-inode-size-mtime-ctime`, the times in nanoseconds: changes whenever the file is written to. */
  readonly identity: string
}

/** Examines `path`. Throws {@link BytesError} if it is missing, unreadable or not a regular file. */
export async function lookAt(path: string): Promise<SourceFile> {
  const stats = await fs.stat(path, { bigint: true }).catch(unreadable(path))
  if (!stats.isFile())
    throw new BytesError(
      'SOURCE_NOT_A_FILE',
      `${path} is ${stats.isDirectory() ? 'a folder' : 'no regular file'}; expected a file`,
      { path },
    )
  return { path, size: Number(stats.size), identity: identityOf(stats) }
}

/** Examines a file or a block device. Throws {@link BytesError}. */
export async function lookAtDevice(path: string): Promise<SourceFile> {
  const stats = await fs.stat(path, { bigint: true }).catch(unreadable(path))
  if (!stats.isBlockDevice()) return await lookAt(path)
  return { path, size: await deviceSize(path).catch(unreadable(path)), identity: identityOf(stats) }
}

/** stat(2) returns no size for a device: its end is searched by reading. */
async function deviceSize(path: string): Promise<number> {
  const handle = await fs.open(path)
  try {
    const byte = Buffer.alloc(1)
    const isThere = async (at: number): Promise<boolean> => (await handle.read(byte, 0, 1, at)).bytesRead === 1
    let [low, high] = [0, 1 << 20]
    while (await isThere(high)) [low, high] = [high, high * 2]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (await isThere(middle)) low = middle
      else high = middle
    }
    return high === 1 && !(await isThere(0)) ? 0 : high
  } finally {
    await handle.close()
  }
}

const unreadable =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw new BytesError('SOURCE_UNREADABLE', `cannot read ${path}: ${error.code ?? error.message}`, {
      path,
      cause: error,
    })
  }

export const identityOf = (stats: BigIntStats): string =>
  [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join('-')

/** Throws {@link BytesError} `SOURCE_CHANGED` if the opened file is not the planned one any more. */
export function checkUnchanged(source: SourceFile, stats: BigIntStats): void {
  if (identityOf(stats) === source.identity) return
  const found =
    Number(stats.size) === source.size ? 'it was written to' : `it had ${source.size} bytes and has ${stats.size}`
  throw new BytesError(
    'SOURCE_CHANGED',
    `${source.path} changed while the medium was being made: ${found}; build again`,
    { path: source.path },
  )
}

/** Examines each file again after reading: changes in between must not silently end up on a medium. */
export async function checkStillUnchanged(sources: Iterable<SourceFile>): Promise<void> {
  let count = 0
  for (const source of sources) {
    const stats = statSync(source.path, { bigint: true, throwIfNoEntry: false })
    if (!stats)
      throw new BytesError(
        'SOURCE_CHANGED',
        `${source.path} was removed while the medium was being made; build again`,
        source,
      )
    checkUnchanged(source, stats)
    count += 1
    if (count % 1000 === 0) await setImmediate()
  }
}
