import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Architecture } from '@bootwright/api'
import { type Bytes, fromFile, fromFolder, type Tree } from '@bootwright/bytes'
import { IsoError, readIso, readUdf } from '@bootwright/format-iso'
import { BootWinpeError } from './errors.ts'
import { type FileTree, fileTree } from './file-tree.ts'
import type { WinpeOptions } from './options.ts'

/** What a user has of Windows PE. */
export interface Source {
  /** Laid out as a medium. */
  readonly medium: FileTree
  /** What discs start from, where tools for discs have it. */
  readonly firmware: FileTree | undefined
  readonly wim: { readonly bytes: Bytes; readonly name: string }
}

const BOOT_WIM = 'sources/boot.wim'
const ADK_ARCHITECTURE: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

export async function openSource(options: WinpeOptions, folder: string, architecture: Architecture): Promise<Source> {
  const at = (path: string): string => resolve(folder, path)
  const found = await (options.adk !== undefined
    ? openAdk(at(options.adk), architecture)
    : options.iso !== undefined
      ? openIso(at(options.iso))
      : openFolder(at(options.folder!)))
  const own = options.wim === undefined ? undefined : at(options.wim)
  if (own !== undefined) return { ...found, wim: { bytes: await openFile(own), name: own } }
  if (found.wim) return { ...found, wim: found.wim }
  const bytes = found.medium.file(BOOT_WIM)
  if (bytes) return { ...found, wim: { bytes, name: `${BOOT_WIM} in ${found.medium.place}` } }
  throw new BootWinpeError(
    'FILE_MISSING',
    BOOT_WIM,
    `there is no ${BOOT_WIM} in ${found.medium.place}; give a Windows PE medium, or name the image in \`wim\``,
  )
}

type Found = Omit<Source, 'wim'> & { readonly wim?: Source['wim'] | undefined }

/** The kit as its installer lays it out: media files and winpe.wim in the add-on, what discs start from beside Oscdimg. */
async function openAdk(adk: string, architecture: Architecture): Promise<Found> {
  const name = ADK_ARCHITECTURE[architecture]
  const addOn = join(adk, 'Windows Preinstallation Environment', name)
  const media = join(addOn, 'Media')
  if (!(await isFolder(media)))
    throw new BootWinpeError(
      'SOURCE_MISSING',
      adk,
      `${media} is not there; expected the folder "Assessment and Deployment Kit" with the Windows PE add-on for ${name}`,
    )
  const medium = await treeOf(media)
  const firmware = await maybeTree(join(adk, 'Deployment Tools', name, 'Oscdimg'))
  // The image is in a folder of its language, beside the optional components of it.
  const path = join(addOn, 'en-us', 'winpe.wim')
  return { medium, firmware, wim: { bytes: await openFile(path), name: path } }
}

async function openFolder(path: string): Promise<Found> {
  if (!(await isFolder(path)))
    throw new BootWinpeError(
      'SOURCE_MISSING',
      path,
      `${path} is no folder; expected one with ${BOOT_WIM}, or with the folders media and fwfiles as copype makes them`,
    )
  const media = join(path, 'media')
  if (!(await isFolder(media))) return { medium: await treeOf(path), firmware: undefined }
  return { medium: await treeOf(media), firmware: await maybeTree(join(path, 'fwfiles')) }
}

/** Windows' own discs have all in UDF, and in ISO 9660 a note that says so. */
async function openIso(path: string): Promise<Found> {
  const bytes = await openFile(path)
  return { medium: fileTree(await isoTree(bytes, path), path), firmware: undefined }
}

async function isoTree(bytes: Bytes, path: string): Promise<Tree> {
  try {
    return (await readUdf(bytes)).tree
  } catch (error) {
    if (!(error instanceof IsoError)) throw error
    if (error.code !== 'NOT_UDF') throw unreadable(path, error)
  }
  return (await readIso(bytes).catch(error => Promise.reject(unreadable(path, error)))).tree
}

const unreadable = (path: string, error: unknown): BootWinpeError =>
  new BootWinpeError('FILE_UNREADABLE', path, `${path} cannot be read: ${(error as Error).message}`, error)

export const openFile = (path: string): Promise<Bytes> =>
  fromFile(path).catch(error => Promise.reject(unreadable(path, error)))

const treeOf = async (path: string): Promise<FileTree> => fileTree(await fromFolder(path), path)
const maybeTree = async (path: string): Promise<FileTree | undefined> =>
  (await isFolder(path)) ? treeOf(path) : undefined

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    status => status.isDirectory(),
    () => false,
  )
