import { gzipSync } from 'node:zlib'
import { sortTree } from '@bootwright/bytes'
import test from 'ava'
import type { PackageEntry } from '../../src/debian/read-package.ts'
import { isKeymap, keyboardTree, LAYOUTS } from '../../src/initramfs/keyboards.ts'
import { contentOf } from '../fakes.ts'

const keymap = (text: string): PackageEntry => ({ kind: 'file', data: gzipSync(text), isExecutable: false })
const files = new Map<string, PackageEntry>([
  ['share/keymaps/i386/azerty/fr.kmap.gz', keymap('old French')],
  ['share/keymaps/i386/azerty/fr-latin9.kmap.gz', keymap('French')],
  ['share/keymaps/i386/azerty/be-latin1.kmap.gz', keymap('Belgian')],
  ['share/keymaps/i386/qwerty/us.kmap.gz', keymap('American')],
  ['share/keymaps/i386/include/euro.inc.gz', keymap('euro')],
  ['share/keymaps/i386/qwerty/es.kmap.gz', { kind: 'link', target: 'us.kmap.gz' }],
  ['share/keymaps/sun/sunkeymap.kmap.gz', keymap('Sun')],
  ['share/doc/console-data/copyright', keymap('text')],
])
const tree = keyboardTree(files)

test('keymaps of PC keyboards and what they include are carried, others are not', t => {
  const taken = [...files.keys()].filter(isKeymap)
  t.deepEqual(taken, [...files.keys()].slice(0, 6))
  for (const path of [
    'share/keymaps/i386/azerty/fr.kmap',
    'share/keymaps/i386/azerty/deep/fr.kmap.gz',
    'share/keymaps/amiga/amiga-us.kmap.gz',
    'usr/share/keymaps/i386/azerty/fr.kmap.gz',
  ])
    t.false(isKeymap(path), path)
  t.true(isKeymap('share/keymaps/i386/fgGIod/trf.kmap.gz'))
})

test('keymaps lie unpacked under their own names', async t => {
  t.is((await contentOf(tree, 'usr/share/keymaps/i386/qwerty/us.kmap')).toString(), 'American')
  t.is((await contentOf(tree, 'usr/share/keymaps/i386/include/euro.inc')).toString(), 'euro')
  t.false([...tree.keys()].some(path => path.endsWith('.gz')))
})

test('a layout is a link to the keymap that is nearest', t => {
  t.deepEqual(tree.get('usr/share/keymaps/i386/layouts/be.kmap'), {
    kind: 'link',
    target: '../azerty/be-latin1.kmap',
  })
})

test('a layout wins over the keymap of its name, so that the name means one thing', t => {
  t.deepEqual(tree.get('usr/share/keymaps/i386/azerty/fr.kmap'), { kind: 'link', target: '../azerty/fr-latin9.kmap' })
  t.false(tree.has('usr/share/keymaps/i386/layouts/fr.kmap'))
})

test('a layout whose keymap is not there is left out', t => {
  t.true('dk' in LAYOUTS)
  t.false([...tree.keys()].some(path => path.endsWith('/dk.kmap')))
})

test('every link leads to a keymap of the tree', t => {
  for (const { path, entry } of sortTree(tree))
    if (entry.kind === 'link')
      t.like(tree.get(new URL(entry.target, `file:///${path}`).pathname.slice(1)), { kind: 'file' }, path)
})

test('a keymap that is no gzip file is a fault', t => {
  const broken = new Map([
    ['share/keymaps/i386/qwerty/us.kmap.gz', { kind: 'file', data: Buffer.from('text'), isExecutable: false } as const],
  ])
  t.throws(() => keyboardTree(broken))
})
