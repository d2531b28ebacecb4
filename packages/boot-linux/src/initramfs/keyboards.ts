import { gunzipSync } from 'node:zlib'
import { type Entry, fromMemory, type Tree } from '@bootwright/bytes'
import type { PackageEntry } from '../debian/read-package.ts'

/** Keyboard layouts as X and Debian's installer name them, and the keymap of console-data that is nearest. */
export const LAYOUTS: Readonly<Record<string, string>> = {
  al: 'us',
  be: 'be-latin1',
  br: 'br-abnt2',
  ca: 'cf',
  ch: 'sg-latin1',
  'ch-fr': 'fr_CH-latin1',
  cz: 'cz-lat2',
  de: 'de-latin1-nodeadkeys',
  dk: 'dk-latin1',
  ee: 'et',
  fi: 'fi-latin1',
  fr: 'fr-latin9',
  gb: 'uk',
  gr: 'gr-utf8',
  hr: 'croat',
  is: 'is-latin1',
  jp: 'jp106',
  latam: 'la-latin1',
  lv: 'lv-latin7',
  no: 'no-latin1',
  pt: 'pt-latin1',
  rs: 'sr-cy',
  se: 'se-latin1',
  si: 'slovene',
  sk: 'sk-qwertz',
  tr: 'trq',
  ua: 'ua-utf',
  'us-intl': 'us-intl.iso15',
}

const SOURCE = 'share/keymaps/i386/'
const isCarried = (path: string): boolean => /^(azerty|dvorak|fgGIod|include|qwerty|qwertz)\/[^/]+\.gz$/.test(path)

/** Whether a file of console-data is a keymap that the boot image carries. */
export const isKeymap = (path: string): boolean => path.startsWith(SOURCE) && isCarried(path.slice(SOURCE.length))

/**
 * Everything that `loadkeys NAME` finds: all keymaps of console-data for PC keyboards under their own names, and each layout of
 * {@link LAYOUTS} under its own, which wins where both have one. Not compressed, because the whole archive will be.
 */
export function keyboardTree(files: ReadonlyMap<string, PackageEntry>): Tree {
  const tree = new Map<string, Entry>()
  const folders = new Map<string, string>()
  for (const [path, entry] of files) {
    if (entry.kind !== 'file' || !isKeymap(path)) continue
    const [, folder, name] = /([^/]+)\/([^/]+)\.gz$/.exec(path)!
    folders.set(name!, folder!)
    tree.set(`usr/${path.slice(0, -'.gz'.length)}`, { kind: 'file', content: fromMemory(gunzipSync(entry.data)) })
  }
  for (const [layout, keymap] of Object.entries(LAYOUTS)) {
    const folder = folders.get(`${keymap}.kmap`)
    if (!folder) continue
    const own = folders.get(`${layout}.kmap`)
    tree.set(`usr/${SOURCE}${own ?? 'layouts'}/${layout}.kmap`, { kind: 'link', target: `../${folder}/${keymap}.kmap` })
  }
  return tree
}
