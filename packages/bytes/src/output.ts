import { promises as fs } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Bytes } from './bytes.ts'
import { alignedBuffers, isAligned, openDirect } from './direct.ts'
import { BytesError } from './errors.ts'

/** The output of a pass. Exactly one of `commit` and `abandon` ends it. */
export interface Output {
  /** Buffers for blocks. */
  allocate(count: number, size: number): Buffer[]
  /** Writes a block from the start of such a buffer. */
  write(block: Uint8Array, offset: number): Promise<void>
  /** Parts that are never written read as zeros. */
  readonly hasHoles: boolean
  commit(signal?: AbortSignal): Promise<void>
  abandon(): Promise<void>
  /** The error with a message that names the output and the remedy. */
  explain(error: unknown): unknown
}

export interface OutputOptions {
  readonly overwrite?: boolean | undefined
  readonly mode?: number | undefined
  readonly durable?: boolean | undefined
}

/** Bytes. Smaller outputs benefit from the page cache, as they are soon read again; larger ones would evict everything else. */
const DIRECT_FROM = 64 << 20

export async function openOutput(path: string, bytes: Bytes, options: OutputOptions): Promise<Output> {
  const stats = await fs.stat(path).catch(() => undefined)
  if (stats?.isDirectory())
    throw new BytesError('OUTPUT_IS_FOLDER', `${path} is a folder; expected the name of a file`, { path })
  if (stats?.isBlockDevice()) return openDevice(path)
  if (stats && !stats.isFile())
    throw new BytesError('OUTPUT_IS_SPECIAL', `${path} is a device, pipe or socket; expected the name of a file`, {
      path,
    })
  if (stats && !options.overwrite)
    throw new BytesError(
      'OUTPUT_EXISTS',
      `${path} exists and is left as it is; allow overwriting, or choose another name`,
      { path },
    )
  return openBeside(path, bytes, options)
}

async function openDevice(path: string): Promise<Output> {
  const explain = explainer(path)
  // Linux refuses so a device that is mounted (open(2), O_EXCL without O_CREAT).
  const handle = await fs.open(path, fs.constants.O_RDWR | fs.constants.O_EXCL).catch(error => {
    throw explain(error)
  })
  return {
    allocate: plainBuffers,
    write: (block, offset) => writeFully(handle, block, offset),
    hasHoles: false,
    explain,
    async commit() {
      await handle.sync()
      await handle.close()
    },
    abandon: () => handle.close(),
  }
}

async function openBeside(
  path: string,
  bytes: Bytes,
  { overwrite, mode, durable = true }: OutputOptions,
): Promise<Output> {
  const explain = explainer(path)
  const folder = dirname(path)
  await removeLeftovers(path)
  await checkSpace(path, bytes)
  const { partial, handle } = await openPartial(path, mode).catch(error => {
    throw explain(error)
  })
  let direct: FileHandle | undefined
  let isDirect = false
  const close = async (): Promise<void> => {
    await direct?.close()
    await handle.close()
  }
  const abandon = async (): Promise<void> => {
    await close().catch(() => {})
    await fs.rm(partial, { force: true })
  }
  try {
    await handle.truncate(bytes.size)
    if (durable && bytes.size >= DIRECT_FROM) direct = await openDirect(partial)
  } catch (error) {
    await abandon()
    throw explain(error)
  }
  return {
    allocate(count, size) {
      const buffers = direct && alignedBuffers(count, size)
      isDirect = buffers !== undefined
      return buffers ?? plainBuffers(count, size)
    },
    async write(block, offset) {
      if (direct && isDirect && isAligned(offset, block.length))
        try {
          return await writeFully(direct, block, offset)
        } catch (error) {
          // Some file systems open a file with O_DIRECT, but refuse to write to it.
          if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
          isDirect = false
        }
      await writeFully(handle, block, offset)
    },
    hasHoles: true,
    explain,
    abandon,
    async commit(signal) {
      if (durable) await handle.sync()
      await close()
      signal?.throwIfAborted()
      if (!overwrite && (await fs.stat(path).catch(() => undefined)))
        throw new BytesError('OUTPUT_EXISTS', `${path} appeared while it was being made; it is left as it is`, {
          path,
        })
      await fs.rename(partial, path)
      if (durable) await syncFolder(folder)
    },
  }
}

const plainBuffers = (count: number, size: number): Buffer[] =>
  Array.from({ length: count }, () => Buffer.allocUnsafeSlow(size))

export async function writeFully(handle: FileHandle, data: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, offset + done)
    done += bytesWritten
  }
}

const partialName = (path: string, pid: number | string, write: number | string): string =>
  `.${basename(path)}.${hostname()}.${pid}.${write}.partial`

/** Fills `into` from the file's `offset`; the result is shorter if the file ends early. */
export async function readUpTo(handle: FileHandle, into: Buffer, offset: number): Promise<Buffer> {
  let done = 0
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return into.subarray(0, done)
}

/** Takes the first free name: one process may write to the same path several times at once. */
async function openPartial(path: string, mode: number | undefined): Promise<{ partial: string; handle: FileHandle }> {
  for (let write = 1; ; write += 1) {
    const partial = join(dirname(path), partialName(path, process.pid, write))
    const handle = await fs.open(partial, 'wx', mode).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
    if (handle) return { partial, handle }
  }
}

/** Removes what a killed process left beside `path`: it may be large, and nothing else would remove it. */
async function removeLeftovers(path: string): Promise<void> {
  const [before] = partialName(path, '\0', '').split('\0') as [string]
  const names = await fs.readdir(dirname(path)).catch(() => [])
  for (const name of names) {
    const [, pid] = (name.startsWith(before) && /^(\d+)\.\d+\.partial$/.exec(name.slice(before.length))) || []
    if (Number(pid) > 0 && !isRunning(Number(pid))) await fs.rm(join(dirname(path), name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Fails early for a disk that is too small, instead of after an hour of writing. */
async function checkSpace(path: string, bytes: Bytes): Promise<void> {
  const volume = await fs.statfs(dirname(path), { bigint: true }).catch(() => undefined)
  if (!volume) return
  let needed = 0
  for (const segment of bytes.segments()) if (segment.kind !== 'zero') needed += segment.length
  const free = Number(volume.bavail * volume.bsize)
  if (needed > free)
    throw new BytesError(
      'OUTPUT_FULL',
      `${path} needs ${needed} bytes and ${dirname(path)} has ${free} free; make room or choose another folder`,
      { path },
    )
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder).catch(() => undefined) // Windows cannot open folders
  await handle?.sync().catch(() => {})
  await handle?.close()
}

export const explainer =
  (path: string) =>
  (error: unknown): unknown => {
    const code = (error as NodeJS.ErrnoException | undefined)?.code
    if (error instanceof BytesError || !(error instanceof Error) || !('syscall' in error)) return error
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return new BytesError('OUTPUT_FULL', `no space left for ${path}; make room or choose another folder`, {
        path,
        cause: error,
      })
    if (code === 'EFBIG')
      return new BytesError(
        'OUTPUT_TOO_SMALL',
        `${path} is larger than its file system or a limit of this process allows`,
        { path, cause: error },
      )
    if (code === 'ENOENT')
      return new BytesError('OUTPUT_FOLDER_MISSING', `the folder ${dirname(path)} does not exist; create it first`, {
        path,
        cause: error,
      })
    return new BytesError('OUTPUT_UNWRITABLE', `cannot write ${path}: ${code}`, { path, cause: error })
  }
