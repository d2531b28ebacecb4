import { type FileHandle, open } from 'node:fs/promises'
import { BytesError } from './errors.ts'
import { checkUnchanged, type SourceFile } from './source-file.ts'

/** Number of files that one pass keeps open: a tree of 100,000 files must not exhaust the file descriptors. */
const OPEN_FILES_LIMIT = 64

/** A small pool of open source files, each compared with its planned state when it is opened. */
export interface OpenFiles {
  get(source: SourceFile): Promise<FileHandle>
  /** All files opened so far. */
  seen(): Iterable<SourceFile>
  close(): Promise<void>
}

export function openFiles(limit: number = OPEN_FILES_LIMIT): OpenFiles {
  const handles = new Map<string, Promise<FileHandle>>()
  const seen = new Map<string, SourceFile>()
  const close = (handle: Promise<FileHandle>): Promise<void> => handle.then(opened => opened.close()).catch(() => {})
  return {
    get(source) {
      seen.set(source.path, source)
      const handle = handles.get(source.path) ?? openChecked(source)
      handles.delete(source.path)
      handles.set(source.path, handle)
      const [oldest] = handles
      if (handles.size > limit && oldest) {
        handles.delete(oldest[0])
        void close(oldest[1])
      }
      return handle
    },
    seen: () => seen.values(),
    async close() {
      const closing = [...handles.values()].map(close)
      handles.clear()
      await Promise.all(closing)
    },
  }
}

/** Reads until `into` is full. Throws `SOURCE_CHANGED`, naming the file, if it ends early. */
export async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  offset: number,
  source: SourceFile,
): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done).catch(unreadable(source))
    if (bytesRead === 0)
      throw new BytesError('SOURCE_CHANGED', `${source.path} became shorter while it was read; build again`, source)
    done += bytesRead
  }
}

async function openChecked(source: SourceFile): Promise<FileHandle> {
  const handle = await open(source.path).catch(unreadable(source))
  try {
    checkUnchanged(source, await handle.stat({ bigint: true }))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

const unreadable =
  (source: SourceFile) =>
  (error: NodeJS.ErrnoException): never => {
    throw new BytesError('SOURCE_UNREADABLE', `cannot read ${source.path}: ${error.code ?? error.message}`, {
      path: source.path,
      cause: error,
    })
  }
