import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, chown, copyFile, link, lutimes, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openReader, type Reader } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import { inOrder } from '../in-order.ts'
import { isFolder, type WimFile, type WimImageTree, walk } from '../structures/image-tree.ts'
import { RESOURCE_FLAG } from '../structures/resource-header.ts'
import { SYMBOLIC_LINK } from '../structures/symbolic-link.ts'
import { decodeUnixData } from '../structures/unix-data.ts'
import { secondsOf } from '../structures/xml.ts'
import type { WimBlob } from './blobs.ts'
import { linkTarget } from './image-entries.ts'
import type { Wim } from './read-wim.ts'
import { inWimOrder } from './verify-wim.ts'

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

/** Files that are in work at a time, and what is written at once of one. */
const AT_ONCE = 8
const AT_ONCE_SIZE = 1 << 20
/** Nothing that is there is overwritten. */
const NEW = { flags: 'wx', flag: 'wx' } as const

interface Target {
  readonly path: string
  readonly file: WimFile
}

/**
 * Writes an image into a new or empty folder: contents (each verified by its SHA-1), folders, symbolic links, hard links, times; owner and mode
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
  const withoutFile = new Set(missing.filter(({ what }) => what === 'reparse point').map(({ path }) => path))
  const written = [...links, ...files].filter(({ path }) => !withoutFile.has(path))
  await inOrder(written, AT_ONCE, setMetadata)
  // Deeper folders first: what is made in a folder changes its time.
  for (const target of folders.reverse()) await setMetadata(target)
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

/** Blobs in the order of the WIM, each read once, whatever the number of its files. */
async function writeFiles(
  wim: Wim,
  files: readonly Target[],
  signal: AbortSignal | undefined,
  onProgress: ExtractOptions['onProgress'],
): Promise<void> {
  const targets = new Map<WimBlob, Target[]>()
  const linked: { readonly path: string; readonly to: string }[] = []
  const firstNames = new Map<bigint, string>()
  const empty: Target[] = []
  for (const target of files) {
    const { path, file } = target
    const { sha1, linkGroup } = file
    const first = linkGroup === 0n ? undefined : firstNames.get(linkGroup)
    const blob = wim.blobs.get(sha1 ?? '')
    if (sha1 !== undefined && !blob)
      throw new WimError('WIM_BLOB', 'blob', `the content of "${path}" is not in the WIM (SHA-1 ${sha1})`, { path })
    if (first !== undefined) linked.push({ path, to: first })
    else if (blob) targets.set(blob, [...(targets.get(blob) ?? []), target])
    else empty.push(target)
    if (linkGroup !== 0n && first === undefined) firstNames.set(linkGroup, path)
  }
  await inOrder(empty, AT_ONCE, ({ path }) => writeFile(path, '', NEW))
  let done = 0
  for (const [index, bytes] of wim.parts.entries()) {
    await using reader = openReader(bytes)
    const blobs = [...targets.keys()].filter(({ part }) => part === index + 1).sort(inWimOrder)
    // Of a solid resource one chunk is kept: reading here and there would decompress it again and again.
    await inOrder(blobs, blobs.some(isSolid) ? 1 : AT_ONCE, async blob => {
      signal?.throwIfAborted()
      const [first, ...others] = targets.get(blob)!
      await writeBlob(blob, reader, first!.path, signal)
      for (const { path } of others) await copyFile(first!.path, path)
      done += blob.size
      onProgress?.(done)
    })
  }
  for (const { path, to } of linked) await link(to, path)
}

const isSolid = ({ resource }: WimBlob): boolean => (resource.flags & RESOURCE_FLAG.solid) !== 0

async function writeBlob(blob: WimBlob, reader: Reader, path: string, signal: AbortSignal | undefined): Promise<void> {
  const hash = createHash('sha1')
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of blob.read(reader, signal)) {
      hash.update(piece)
      // The piece is overwritten by the next, and a stream keeps more than one.
      yield Uint8Array.from(piece)
    }
  }
  if (blob.size <= AT_ONCE_SIZE) {
    const all: Uint8Array[] = []
    for await (const piece of pieces()) all.push(piece)
    await writeFile(path, Buffer.concat(all), NEW)
  } else await pipeline(pieces, createWriteStream(path, NEW))
  const found = hash.digest('hex')
  if (found !== blob.sha1)
    throw new WimError('WIM_DIGEST', 'blob', `the content of "${path}" has the SHA-1 ${found}; expected ${blob.sha1}`, {
      path,
      offset: blob.position,
    })
}

async function setMetadata({ path, file }: Target): Promise<void> {
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
