import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { BootFiles, FinishedMedium } from '@bootwright/api'
import { type Bytes, fromMemory, slice, type Tree, writeFile, zeros } from '@bootwright/bytes'
import anyTest, { type TestFn } from 'ava'
import { needs, scratch } from '../../../scripts/test-tools.ts'
import { layOut } from '../src/lay-out.ts'
import { fakeBootSector, fakeCore } from './fake-core.ts'

const test = needs(anyTest as TestFn, 'sgdisk', 'fsck.fat', '7z', 'mdir', 'fsck.exfat')
const file = (content: Bytes | string) =>
  ({ kind: 'file', content: typeof content === 'string' ? fromMemory(content) : content }) as const
const boot: BootFiles = {
  tree: new Map(),
  bios: {
    loader: 'syslinux/isolinux.bin',
    stick: {
      loader: 'syslinux/ldlinux.sys',
      bootSector: fakeBootSector(),
      mbrCode: { mbr: new Uint8Array(440).fill(1), gpt: new Uint8Array(440).fill(2) },
    },
  },
  uefi: { systemPartition: new Map([['EFI/BOOT/BOOTX64.EFI', file('MZ')]]) },
}
const loader = ['syslinux/ldlinux.sys', file(fromMemory(fakeCore()))] as const

const trees: Readonly<Record<string, Tree>> = {
  'one file': new Map([['a.txt', file('a')], loader]),
  '8,000 files': new Map([
    loader,
    ...Array.from(
      { length: 8000 },
      (_, index) => [`content/${index % 16}/file ${index}.bin`, file(`${index}`)] as const,
    ),
  ]),
  'a file of 5 GiB': new Map([loader, ['content/large.wim', file(zeros(5 * 2 ** 30))]]),
}
for (const partitionTable of ['gpt', 'mbr'] as const)
  for (const [what, tree] of Object.entries(trees))
    test(`a disk with ${partitionTable} and ${what} has no fault that others find`, async t => {
      const medium: FinishedMedium = {
        id: '4b1fbc4a-0000-8000-8000-000000000000',
        name: 'lab',
        type: 'bootable',
        label: 'Lab',
        date: new Date('2026-11-24T00:00:00Z'),
        canSpan: false,
        tree,
        boot,
      }
      const { bytes, fat, exfat } = await layOut(medium, { partitionTable })
      const folder = scratch()
      const [disk, volume] = [join(folder, 'disk.img'), join(folder, 'volume.img')]
      await writeFile(disk, bytes, { durable: false })
      await writeFile(volume, slice(bytes, 1 << 20, (1 << 20) + fat.bytes.size), { durable: false })
      const run = (program: string, ...args: string[]): string =>
        execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 26 })
      t.regex(run('fsck.fat', '-n', volume), /\d+ files/)
      t.regex(run('mdir', '-i', volume, '::/syslinux'), /ldlinux +sys/i)
      t.regex(run('7z', 't', volume), /Everything is Ok/)
      t.is(exfat !== undefined, what === 'a file of 5 GiB')
      if (exfat) {
        const start = (1 << 20) + fat.bytes.size
        await writeFile(volume, slice(bytes, start, start + exfat.bytes.size), { durable: false, overwrite: true })
        t.regex(run('fsck.exfat', '-n', volume), /clean/)
      } else t.regex(run('7z', 't', disk), /Everything is Ok/)
      if (partitionTable === 'gpt') {
        const verdict = run('sgdisk', '-v', disk)
        t.regex(verdict, /No problems found/)
        t.notRegex(verdict, /Warning/)
      }
    })
