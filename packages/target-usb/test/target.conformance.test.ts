import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { slice, type Tree, writeFile, zeros } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { layOut } from '../src/lay-out.ts'
import { boot, file, loader, medium } from './fakes.ts'

const test = needs(anyTest as TestFn, 'sgdisk', 'fsck.fat', '7z', 'mdir', 'fsck.exfat')
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
      const { bytes, fat, exfat } = await layOut(medium({ tree, boot }), { partitionTable })
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
