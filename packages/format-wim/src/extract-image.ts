import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, chown, copyFile, link, lutimes, mkdir, readdir, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openReader, type Reader } from '@bootwright/bytes'
import type { WimBlob } from './blobs.ts'
import { WimError } from './error.ts'
import { linkTarget } from './image-entries.ts'
import { isFolder, type WimFile, type WimImageTree, walk } from './image-tree.ts'
import type { Wim } from './read-wim.ts'
import { SYMBOLIC_LINK } from './symbolic-link.ts'
import { decodeUnixData } from './unix-data.ts'
import { inOrder } from './verify-wim.ts'
import { secondsOf } from './xml.ts'

export interface ExtractOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes that were written. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/** What a file of the image has and the file that was written has not. */
export interface NotExtracted {
  readonly path: string
  readonly what: 'stream' | 'reparse point' | 'encrypted content' | 'device'
}

/** Names that mean something else to Windows than to the image. */
const WINDOWS_NAME = /[\\:*?"<>|]|[. ]$/
/** Types of files in a UNIX mode. */
const TYPE = { mask: 0o170_000, regular: 0o100_000, none: 0 } as const

interface Target {
  readonly path: string
  readonly file: WimFile
}

/**
 * Writes an image into a new or empty folder: contents (each judged by its SHA-1), folders, symbolic links, hard links, times; owner and mode
 * where the image has them. Returns what could not be written. Links are made last, so that no name leads out of the folder. Throws
 * {@link WimError}.
 */
export async function extractImage(
  wim: Wim,
  { root }: WimImageTree,
  folder: string,
  { signal, onProgress }: ExtractOptions = {},
): Promise<readonly NotExtracted[]> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0)
    throw new WimError('WIM_PATH', 'image', `${folder} has something in it; expected an empty folder, or none`)
  const missing: NotExtracted[] = []
  const [folders, files, links] = sorted(root, folder, missing)
  for (const { path } of folders) await mkdir(path, { recursive: true })
  await writeFiles(wim, files, signal, onProgress)
  for (const { path, file } of links) {
    const target = await linkTarget(wim, file)
    if (target === undefined) missing.push({ path, what: 'reparse point' })
    else await symlink(target, path)
  }
  for (const target of [...links, ...files, ...folders.reverse()]) await setMetadata(target, missing)
  return missing.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function sorted(root: WimFile, folder: string, missing: NotExtracted[]): [Target[], Target[], Target[]] {
  const kinds: [Target[], Target[], Target[]] = [[], [], []]
  for (const { path: inside, file } of walk(root)) {
    if (process.platform === 'win32' && WINDOWS_NAME.test(file.name))
      throw new WimError('WIM_NAME', 'image', `Windows has no file of the name ${JSON.stringify(file.name)}`, {
        path: inside,
      })
    const path = join(folder, inside)
    if (file.streams) missing.push({ path, what: 'stream' })
    if (file.encrypted !== undefined) missing.push({ path, what: 'encrypted content' })
    const type = (file.extra && decodeUnixData(file.extra)?.mode) ?? 0
    if (isFolder(file)) kinds[0].push({ path, file })
    else if (file.reparse?.tag === SYMBOLIC_LINK) kinds[2].push({ path, file })
    else if (file.reparse) missing.push({ path, what: 'reparse point' })
    else if (type !== 0 && (type & TYPE.mask) !== TYPE.regular && !file.sha1) missing.push({ path, what: 'device' })
    else kinds[1].push({ path, file })
  }
  return kinds
}

/** Blob after blob, in the order of the WIM: each is read once, whatever the number of its files. */
async function writeFiles(
  wim: Wim,
  files: readonly Target[],
  signal: AbortSignal | undefined,
  onProgress: ExtractOptions['onProgress'],
): Promise<void> {
  const targets = new Map<WimBlob, Target[]>()
  for (const target of files) {
    const { sha1 } = target.file
    if (sha1 === undefined) {
      await pipeline([], createWriteStream(target.path, { flags: 'wx' }))
      continue
    }
    const blob = wim.blobs.get(sha1)
    if (!blob)
      throw new WimError('WIM_BLOB', 'blob', `the content of "${target.path}" is not in the WIM (SHA-1 ${sha1})`, {
        path: target.path,
      })
    targets.set(blob, [...(targets.get(blob) ?? []), target])
  }
  const first = new Map<bigint, string>()
  let done = 0
  for (const [index, bytes] of wim.parts.entries()) {
    await using reader = openReader(bytes)
    const blobs = [...targets.keys()].filter(({ part }) => part === index + 1).sort(inOrder)
    for (const blob of blobs) {
      signal?.throwIfAborted()
      let written: string | undefined
      for (const { path, file } of targets.get(blob)!) {
        const other = file.linkGroup === 0n ? undefined : first.get(file.linkGroup)
        if (other !== undefined) await link(other, path)
        else if (written !== undefined) await copyFile(written, path)
        else await writeBlob(blob, reader, path, signal)
        written ??= path
        if (file.linkGroup !== 0n && other === undefined) first.set(file.linkGroup, path)
      }
      done += blob.size
      onProgress?.(done)
    }
  }
}

async function writeBlob(blob: WimBlob, reader: Reader, path: string, signal: AbortSignal | undefined): Promise<void> {
  const hash = createHash('sha1')
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of blob.read(reader, signal)) {
      hash.update(piece)
      // The piece is overwritten by the next, and a stream keeps more than one.
      yield Uint8Array.from(piece)
    }
  }
  await pipeline(pieces, createWriteStream(path, { flags: 'wx' }))
  const found = hash.digest('hex')
  if (found !== blob.sha1)
    throw new WimError('WIM_DIGEST', 'blob', `the content of "${path}" has the SHA-1 ${found}; expected ${blob.sha1}`, {
      path,
      offset: blob.position,
    })
}

async function setMetadata({ path, file }: Target, missing: readonly NotExtracted[]): Promise<void> {
  if (missing.some(each => each.path === path && each.what === 'reparse point')) return
  const unix = file.extra && decodeUnixData(file.extra)
  const isLink = file.reparse !== undefined
  if (unix && !isLink) {
    if (process.getuid?.() === 0) await chown(path, unix.uid, unix.gid)
    await chmod(path, unix.mode & 0o7777)
  }
  // Seconds: a Date has no more than milliseconds.
  const [accessed, written] = [secondsOf(file.accessed), secondsOf(file.written)]
  await (isLink ? lutimes : utimes)(path, accessed, written)
}
