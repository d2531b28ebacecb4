import type { Architecture } from '@bootwright/api'
import {
  imageEntries,
  readImage,
  readWim,
  type Wim,
  WimError,
  type WimImageInfo,
  type WimImageTree,
} from '@bootwright/format-wim'
import { BootWinpeError } from './errors.ts'
import { type FileTree, fileTree } from './file-tree.ts'
import type { Source } from './source.ts'

/** A Windows PE image in a WIM. */
export interface WindowsImage {
  readonly wim: Wim
  readonly info: WimImageInfo
  /** Contents are decompressed when they are read. */
  readonly files: FileTree
}

/** Runs what `winpeshl.ini` names: every Windows PE has it, and no other Windows. */
const SHELL = 'Windows/System32/winpeshl.exe'

/** Throws {@link BootWinpeError} for what does not start as Windows PE on this architecture. */
export async function openWindowsImage(
  { bytes, name }: Source['wim'],
  asked: number | undefined,
  architecture: Architecture,
): Promise<WindowsImage> {
  try {
    const wim = await readWim(bytes)
    const info = chooseImage(wim, asked, name)
    const tree: WimImageTree = await readImage(wim, info.index)
    const files = fileTree(await imageEntries(wim, tree), `image ${info.index} of ${name}`)
    if (!files.file(SHELL))
      throw new BootWinpeError(
        'IMAGE_FOREIGN',
        name,
        `${describe(info)} of ${name} is no Windows PE: there is no ${SHELL} in it; give winpe.wim or boot.wim, not an image that is installed`,
      )
    if (info.architecture !== architecture)
      throw new BootWinpeError(
        'ARCHITECTURE_WRONG',
        name,
        `${describe(info)} of ${name} is for ${info.architecture ?? 'no architecture that it says'}, and the medium for ${architecture}; change one of them`,
      )
    return { wim, info, files }
  } catch (error) {
    if (!(error instanceof WimError)) throw error
    throw new BootWinpeError('FILE_UNREADABLE', name, `${name}: ${error.message}`, error)
  }
}

function chooseImage({ header, images }: Wim, asked: number | undefined, name: string): WimImageInfo {
  const index = asked ?? (header.bootIndex || (images.length === 1 ? 1 : 0))
  const found = images.find(each => each.index === index)
  if (found) return found
  const what = asked === undefined ? 'no image that it says starts' : `no image ${asked}`
  const there = images.length === 0 ? 'it has none at all' : `it has ${images.map(describe).join(', ')}`
  throw new BootWinpeError(
    'IMAGE_MISSING',
    name,
    `there is ${what} in ${name}; ${there}; name one of them in \`index\``,
  )
}

const describe = ({ index, name }: WimImageInfo): string => `image ${index}${name === '' ? '' : ` ("${name}")`}`
