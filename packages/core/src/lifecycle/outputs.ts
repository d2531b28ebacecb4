import { promises as fs, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Equal for names that are one file on some system: a definition that builds on Linux must build on Windows. */
export const fileKey = (file: string): string => resolve(file).normalize('NFC').toLowerCase()

/** Why `file` cannot be written, if it cannot. Folders that are missing are no reason: they are made. */
export async function problemWithOutput(file: string, overwrite: boolean): Promise<string | undefined> {
  const stats = await look(file)
  if (stats?.isDirectory()) return `${file} is a folder; expected the name of a file`
  if (stats && !overwrite)
    return `${file} exists and is left as it is; use --force to replace it once the new one is complete`
  const { path, isFolder } = await nearest(dirname(file))
  if (!isFolder) return `${file} cannot be written: ${path} is a file, not a folder`
  const canWrite = await fs.access(path, fs.constants.W_OK).then(
    () => true,
    () => false,
  )
  return canWrite ? undefined : `${file} cannot be written: no right to write in ${path}`
}

/** `path` itself or the nearest above it that exists. */
async function nearest(path: string): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const stats = await look(path)
  if (stats || dirname(path) === path) return { path, isFolder: stats?.isDirectory() ?? false }
  return nearest(dirname(path))
}

const look = (path: string): Promise<Stats | undefined> => fs.stat(path).catch(() => undefined)
