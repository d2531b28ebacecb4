import { gzipSync } from 'node:zlib'
import type { LinuxPackageEntry } from '@bootwright/api'
import { sortTree } from '@bootwright/bytes'
import test from 'ava'
import { isKeymap, keymapTree } from '../../src/initramfs/keymaps.ts'
import { contentOf } from '../fakes.ts'

const keymap = (text: string): LinuxPackageEntry => ({ kind: 'file', data: gzipSync(text), isExecutable: false })
const files = new Map<string, LinuxPackageEntry>([
  ['share/keymaps/i386/azerty/fr.kmap.gz', keymap('old French')],
  ['share/keymaps/i386/azerty/fr-latin9.kmap.gz', keymap('French')],
  ['share/keymaps/i386/azerty/be-latin1.kmap.gz', keymap('Belgian')],
  ['share/keymaps/i386/qwerty/us.kmap.gz', keymap('American')],
  ['share/keymaps/i386/include/euro.inc.gz', keymap('euro')],
  ['share/keymaps/i386/qwerty/es.kmap.gz', { kind: 'link', target: 'us.kmap.gz' }],
  ['share/keymaps/sun/sunkeymap.kmap.gz', keymap('Sun')],
  ['share/doc/console-data/copyright', keymap('text')],
])
const keymaps = {
  package: 'console-data',
  folder: 'share/keymaps/i386',
  subfolders: ['azerty', 'fgGIod', 'include', 'qwerty'],
  extension: 'kmap',
  layouts: { be: 'be-latin1', dk: 'dk-latin1', fr: 'fr-latin9' },
}
const tree = keymapTree(files, keymaps)

test('only keymaps of the subfolders are included', t => {
  const found = [...files.keys()].filter(path => isKeymap(path, keymaps))
  t.deepEqual(found, [...files.keys()].slice(0, 6))
  for (const path of [
    'share/keymaps/i386/azerty/fr.kmap',
    'share/keymaps/i386/azerty/deep/fr.kmap.gz',
    'share/keymaps/amiga/amiga-us.kmap.gz',
    'usr/share/keymaps/i386/azerty/fr.kmap.gz',
  ])
    t.false(isKeymap(path, keymaps), path)
  t.true(isKeymap('share/keymaps/i386/fgGIod/trf.kmap.gz', keymaps))
})

test('keymaps are uncompressed, under their own names', async t => {
  t.is((await contentOf(tree, 'usr/share/keymaps/i386/qwerty/us.kmap')).toString(), 'American')
  t.is((await contentOf(tree, 'usr/share/keymaps/i386/include/euro.inc')).toString(), 'euro')
  t.false([...tree.keys()].some(path => path.endsWith('.gz')))
})

test('a layout is a link to its keymap', t => {
  t.deepEqual(tree.get('usr/share/keymaps/i386/layouts/be.kmap'), {
    kind: 'link',
    target: '../azerty/be-latin1.kmap',
  })
})

test('a layout takes precedence over the keymap of its name', t => {
  t.deepEqual(tree.get('usr/share/keymaps/i386/azerty/fr.kmap'), { kind: 'link', target: '../azerty/fr-latin9.kmap' })
  t.false(tree.has('usr/share/keymaps/i386/layouts/fr.kmap'))
})

test('a layout without its keymap is omitted', t => {
  t.false([...tree.keys()].some(path => path.endsWith('/dk.kmap')))
})

test('every link leads to a keymap of the tree', t => {
  for (const { path, entry } of sortTree(tree))
    if (entry.kind === 'link')
      t.like(tree.get(new URL(entry.target, `file:///${path}`).pathname.slice(1)), { kind: 'file' }, path)
})

test('a keymap that is not a gzip file is refused', t => {
  const broken = new Map([
    ['share/keymaps/i386/qwerty/us.kmap.gz', { kind: 'file', data: Buffer.from('text'), isExecutable: false } as const],
  ])
  t.throws(() => keymapTree(broken, keymaps))
})
