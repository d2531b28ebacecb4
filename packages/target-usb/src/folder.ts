import { promises as fs } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FinishedMedium, Image, TargetWriteRequest, WrittenPart } from '@bootwright/api'
import { type Bytes, concat, type FileEntry, fromFile, read, sortTree, writeFile } from '@bootwright/bytes'
import { wholeTree } from '@bootwright/image-writer'
import { decodeManifest, MANIFEST_LIMIT, MANIFEST_PATH, MediumError, SIGNATURE_PATH } from '@bootwright/medium-format'
import { DeviceError } from './device-error.ts'

/** Written last: a volume without them, or with those of an earlier build, is not taken for this one. */
const LAST: ReadonlySet<string> = new Set([MANIFEST_PATH, SIGNATURE_PATH])

interface Item {
  readonly path: string
  readonly content: Bytes
}

/** The files of a medium, in the order in which they are written. FAT and its like have no links. Throws {@link DeviceError} `LINK`. */
export function itemsOf(medium: FinishedMedium): readonly Item[] {
  const entries = sortTree(wholeTree(medium))
  const link = entries.find(({ entry }) => entry.kind === 'link')
  if (link)
    throw new DeviceError(
      'LINK',
      `"${link.path}" is a symbolic link, which FAT, exFAT and NTFS do not support; replace it with the file`,
    )
  const items = entries.flatMap(({ path, entry }) =>
    entry.kind === 'file' ? [{ path, content: (entry as FileEntry).content }] : [],
  )
  return [...items.filter(({ path }) => !LAST.has(path)), ...items.filter(({ path }) => LAST.has(path))]
}

/** What stands for the image of a folder: its files one after another. */
export const folderContent = (medium: FinishedMedium): Bytes => concat(itemsOf(medium).map(({ content }) => content))

/**
 * Puts the files of a medium into a volume that is mounted at `folder`, without formatting it. Files of an earlier build are replaced, or
 * removed when they are no more; others are left alone, and one that is in the way is replaced only when that is allowed.
 */
export async function writeFolder(
  { parts }: Image,
  folder: string,
  { medium, overwrite, signal, progress }: TargetWriteRequest,
): Promise<readonly WrittenPart[]> {
  const { destination, bytes } = parts[0]!
  const stats = await fs.stat(folder).catch(() => undefined)
  if (!stats?.isDirectory())
    throw new DeviceError('NO_FOLDER', `${folder} is not a folder; mount the volume first, and use its mount point`)
  const items = itemsOf(medium)
  const earlier = await earlierFiles(folder)
  if (!overwrite)
    for (const { path } of items)
      if (!earlier.has(path) && (await exists(join(folder, path))))
        throw new DeviceError(
          'IN_THE_WAY',
          `${join(folder, path)} already exists and is not from an earlier build; move it, or replace it with --force`,
        )
  const task = progress.start(`write ${folder}`, bytes.size, 'bytes')
  // From here on it is no finished medium, until the new manifest is there.
  for (const path of LAST) await fs.rm(join(folder, path), { force: true })
  let done = 0
  for (const { path, content } of items) {
    const file = join(folder, path)
    await fs.mkdir(dirname(file), { recursive: true })
    await writeFile(file, content, { overwrite: true, signal, onProgress: count => task.report(done + count) })
    done += content.size
    earlier.delete(path)
  }
  for (const path of earlier) await fs.rm(join(folder, path), { force: true })
  task.end()
  return [{ destination, size: bytes.size }]
}

/** What the manifest in the folder names; nothing when there is none that can be read. */
async function earlierFiles(folder: string): Promise<Set<string>> {
  const file = join(folder, MANIFEST_PATH)
  if (!(await exists(file))) return new Set()
  const content = await fromFile(file)
  if (content.size > MANIFEST_LIMIT) return new Set()
  try {
    const { files, systemPartition } = decodeManifest(await read(content))
    const paths = [...files, ...systemPartition].map(({ path }) => path)
    // Whoever wrote it: nothing outside of the folder is touched.
    return new Set([...paths.filter(path => !path.split('/').includes('..') && !path.startsWith('/')), ...LAST])
  } catch (error) {
    if (error instanceof MediumError) return new Set(LAST)
    throw error
  }
}

const exists = (path: string): Promise<boolean> =>
  fs.lstat(path).then(
    () => true,
    () => false,
  )
