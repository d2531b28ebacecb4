import { gunzipSync } from 'node:zlib'
import type { LinuxLayout, LinuxPackageEntry } from '@bootwright/api'
import { type Entry, fromMemory, type Tree } from '@bootwright/bytes'

type Keymaps = LinuxLayout['keymaps']

/** Whether a path of the package is a keymap that the boot image contains. */
export function isKeymap(path: string, { folder, subfolders }: Keymaps): boolean {
  if (!path.startsWith(`${folder}/`)) return false
  const [subfolder, name, ...deeper] = path.slice(folder.length + 1).split('/')
  return subfolders.includes(subfolder!) && deeper.length === 0 && /.\.gz$/.test(name ?? '')
}

/**
 * Everything that `loadkeys NAME` can find: all keymaps for PC keyboards under their own names, and each layout under its name, which takes
 * precedence over a keymap of that name. Uncompressed, because the whole archive is compressed later.
 */
export function keymapTree(files: ReadonlyMap<string, LinuxPackageEntry>, keymaps: Keymaps): Tree {
  const tree = new Map<string, Entry>()
  const folders = new Map<string, string>()
  for (const [path, entry] of files) {
    if (entry.kind !== 'file' || !isKeymap(path, keymaps)) continue
    const [, folder, name] = /([^/]+)\/([^/]+)\.gz$/.exec(path)!
    folders.set(name!, folder!)
    tree.set(`usr/${path.slice(0, -'.gz'.length)}`, { kind: 'file', content: fromMemory(gunzipSync(entry.data)) })
  }
  const { folder: root, extension, layouts } = keymaps
  for (const [layout, keymap] of Object.entries(layouts)) {
    const folder = folders.get(`${keymap}.${extension}`)
    if (!folder) continue
    const own = folders.get(`${layout}.${extension}`)
    tree.set(`usr/${root}/${own ?? 'layouts'}/${layout}.${extension}`, {
      kind: 'link',
      target: `../${folder}/${keymap}.${extension}`,
    })
  }
  return tree
}
