import { type Bytes, type Entry, fromMemory, type Tree } from '@bootwright/bytes'
import { planFat } from '@bootwright/format-fat'
import { file, OPTIONS, treeOf } from './volume.ts'

export const systemPartition: Bytes = planFat(
  new Map([
    ['EFI/BOOT/BOOTX64.EFI', file(new Uint8Array(200_000).fill(0x4d))],
    ['EFI/BOOT/grub.cfg', file('set timeout=0')],
  ]),
  { label: 'ESP', date: OPTIONS.date },
).bytes

const shared = fromMemory('shared')

/** A medium in small: what boots, long, deep and foreign names, empty things, a link, files that share their content. */
export const SAMPLE: Tree = new Map<string, Entry>([
  ...treeOf({
    'readme.txt': 'hello',
    'Größe – 数据/a long name with spaces.tar.gz': 'abc',
    empty: '',
    '.hidden': 'dot',
    ['n'.repeat(255)]: 'long',
    [`${Array(100).fill('deep').join('/')}/file`]: 'deep',
  }),
  [
    'boot/loader.bin',
    file(
      new Uint8Array(30_001).map((_, index) => index * 7),
      { change: 'rarely' },
    ),
  ],
  ['boot/efi.img', { kind: 'file', content: systemPartition, change: 'rarely' }],
  ['config.json', file('{}', { change: 'often' })],
  ['empty folder', { kind: 'folder' }],
  ['shared/one', { kind: 'file', content: shared }],
  ['shared/two', { kind: 'file', content: shared }],
  ['link', { kind: 'link', target: '../a/./b' }],
])

export const BIOS = { platform: 'bios', path: 'boot/loader.bin', bootInfoTable: true } as const
export const UEFI = { platform: 'uefi', path: 'boot/efi.img' } as const
export const mbrCode: Uint8Array = new Uint8Array(432).fill(0xcc)
