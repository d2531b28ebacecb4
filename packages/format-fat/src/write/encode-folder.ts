import { encodeLongName } from '../names/long-name.ts'
import { encodeShortName } from '../names/short-name.ts'
import { ATTRIBUTE, encodeShortEntry } from '../structures/directory-entry.ts'
import type { DosTime } from '../structures/dos-time.ts'
import { encodeLabel } from '../structures/label.ts'
import type { Folder } from './folders.ts'

/** Where something lies: its first cluster, 0 for nothing. */
export type Place = (path: string) => { readonly firstCluster: number; readonly size: number }

/** The directory entries of a folder. */
export function encodeFolder(folder: Folder, placeOf: Place, label: string, time: DosTime): Uint8Array {
  const parts: Uint8Array[] = []
  const add = (name: Uint8Array, attributes: number, firstCluster = 0, size = 0): void => {
    parts.push(encodeShortEntry({ name, attributes, firstCluster, size }, time))
  }
  if (folder.parent === undefined) {
    if (label !== '') add(encodeLabel(label), ATTRIBUTE.volumeLabel)
  } else {
    add(encodeLabel('.'), ATTRIBUTE.folder, placeOf(folder.path).firstCluster)
    // FAT specification 1.03, section 6.5: the root is cluster 0 here, also on FAT32.
    add(encodeLabel('..'), ATTRIBUTE.folder, folder.parent === '' ? 0 : placeOf(folder.parent).firstCluster)
  }
  for (const { name, shortName, needsLongName, path, kind } of folder.children) {
    const bytes = encodeShortName(shortName)
    const { firstCluster, size } = placeOf(path)
    if (needsLongName) parts.push(encodeLongName(name, bytes))
    if (kind === 'folder') add(bytes, ATTRIBUTE.folder, firstCluster)
    else add(bytes, ATTRIBUTE.archive, firstCluster, size)
  }
  return Buffer.concat(parts)
}
