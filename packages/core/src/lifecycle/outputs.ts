import { promises as fs, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Image } from '@bootwright/api'

/**
 * A key that is equal for paths that are the same file on some system, also through links: a definition that builds on Linux must build on
 * Windows. For a file that does not exist yet, its existing parent folders are resolved.
 */
export async function fileKey(file: string): Promise<string> {
  const path = resolve(file)
  const real = await fs.realpath(path).catch(async () => {
    const parent = dirname(path)
    return parent === path ? path : join(await fileKey(parent), basename(path))
  })
  return real.normalize('NFC').toLowerCase()
}

/** Why `file` cannot be written; undefined if it can. Missing folders are created later. */
export async function problemWithOutput(file: string, overwrite: boolean): Promise<string | undefined> {
  const stats = await look(file)
  if (stats?.isDirectory()) return `${file} is a folder; expected a file name`
  if (stats && !stats.isFile()) return `${file} is a device, pipe or socket; expected a file name`
  if (stats && !overwrite)
    return `${file} exists; use --force to replace it once the new image is complete, or --in-place to update an earlier build of the same medium`
  const { path, isFolder } = await nearest(dirname(file))
  if (!isFolder) return `${file} cannot be written: ${path} is a file, not a folder`
  const canWrite = await fs.access(path, fs.constants.W_OK).then(
    () => true,
    () => false,
  )
  return canWrite ? undefined : `${file} cannot be written: no write permission for ${path}`
}

/** Whether `file` is one of the source files of the images. */
export async function isSource(file: string, images: readonly Image[]): Promise<boolean> {
  const stats = await fs.stat(file, { bigint: true }).catch(() => undefined)
  if (!stats) return false
  const start = `${stats.dev}-${stats.ino}-`
  for (const { bytes } of images.flatMap(({ parts }) => parts))
    for (const segment of bytes.segments())
      if (segment.kind === 'file' && segment.source.identity.startsWith(start)) return true
  return false
}

/** `path`, or its nearest existing parent. */
async function nearest(path: string): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const stats = await look(path)
  if (stats || dirname(path) === path) return { path, isFolder: stats?.isDirectory() ?? false }
  return nearest(dirname(path))
}

const look = (path: string): Promise<Stats | undefined> => fs.stat(path).catch(() => undefined)
