import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, read, slice, writeFile, zeros } from '@bootwright/bytes'
import { planFat } from '@bootwright/format-fat'
import { needs } from '@bootwright/test-support'
import test, { type ExecutionContext, type TestFn } from 'ava'
import { planIso } from '../src/index.ts'
import { linesOf, run, written, xorriso } from './fixtures.ts'
import { BIOS, mbrCode, SAMPLE, systemPartition, UEFI } from './sample.ts'
import { file, OPTIONS } from './volume.ts'

const conformance: TestFn = needs(test, 'xorriso', 'isoinfo', '7z', 'sgdisk', 'fsck.fat', 'mdir', 'mcopy', 'mlabel')

/** The lines of xorriso's report that begin with one of `names`, each with single spaces. */
async function report(t: ExecutionContext, path: string, command: string, names: RegExp): Promise<string[]> {
  const output = await xorriso(t, '-indev', path, command, 'plain')
  return linesOf(output).flatMap(line => (names.test(line) ? [line.replace(/ +/g, ' ')] : []))
}

conformance(
  'xorriso, isoinfo and 7z see the boot entries, and the boot information table where it is asked for',
  async t => {
    const boot = [BIOS, UEFI, { platform: 'bios', path: 'readme.txt', loadSectors: 7 }] as const
    const path = await written(t, SAMPLE, { boot })
    const { extents } = planIso(SAMPLE, { ...OPTIONS, boot })
    const blockOf = (name: string): number => extents.find(extent => extent.path === name)!.offset / 2048

    t.deepEqual(await report(t, path, '-report_el_torito', /^El Torito/), [
      'El Torito catalog : 20 1',
      'El Torito images : N Pltf B Emul Ld_seg Hdpt Ldsiz LBA',
      `El Torito boot img : 1 BIOS y none 0x0000 0x00 4 ${blockOf('boot/loader.bin')}`,
      `El Torito boot img : 2 UEFI y none 0x0000 0x00 ${systemPartition.size / 512} ${blockOf('boot/efi.img')}`,
      `El Torito boot img : 3 BIOS y none 0x0000 0x00 7 ${blockOf('readme.txt')}`,
      'El Torito img path : 1 /boot/loader.bin',
      'El Torito img opts : 1 boot-info-table',
      'El Torito img path : 2 /boot/efi.img',
      'El Torito img path : 3 /readme.txt',
    ])

    const catalog = await run('isoinfo', '-d', '-i', path)
    t.regex(catalog, /^El Torito VD version 1 found, boot catalog is in sector 20$/m)
    t.regex(catalog, /Arch 0 \(x86\)/)
    t.regex(catalog, /Bootid 88 \(bootable\)/)
    t.regex(catalog, new RegExp(`Bootoff [0-9A-F]+ ${blockOf('boot/loader.bin')}$`, 'm'))

    await run('7z', 'x', `-o${path}.out`, path)
    const partition = readFileSync(join(`${path}.out`, '[BOOT]/2-Boot-NoEmul.img'))
    t.true(partition.equals(Buffer.from(await read(systemPartition))))
  },
)

for (const extra of [1, 2, 3, 4, 5, 512])
  conformance(
    `${extra} blocks more: xorriso, sgdisk, fsck.fat and mtools see a disk with a system partition`,
    async t => {
      const content = zeros(extra * 2048)
      const tree = new Map([...SAMPLE, ['extra', { kind: 'file', content, change: 'often' } as const]])
      const path = await written(t, tree, { boot: [BIOS, UEFI], hybrid: { seed: 's', mbrCode } })
      const image = await fromFile(path)
      const sectors = image.size / 512

      t.regex(await run('sgdisk', '-v', path), /^No problems found\./m)
      const shown = await run('sgdisk', '-i', '2', path)
      t.regex(shown, /^Partition GUID code: C12A7328-F81F-11D2-BA4B-00A0C93EC93B \(EFI system partition\)$/m)
      const first = Number(/^First sector: (\d+)/m.exec(shown)?.[1])
      const last = Number(/^Last sector: (\d+)/m.exec(shown)?.[1])

      t.deepEqual(
        await report(
          t,
          path,
          '-report_system_area',
          /^(System area summary|MBR partition +:|GPT (lba|partname|start|partition path : +2))/,
        ),
        [
          'System area summary: MBR protective-msdos-label cyl-align-off GPT',
          `MBR partition : 1 0x00 0xee 1 ${sectors - 1}`,
          'MBR partition : 2 0x80 0x00 0 1',
          `GPT lba range : 34 ${sectors - 34} ${sectors - 1}`,
          'GPT partname local : 1 Gap0',
          `GPT start and size : 1 64 ${first - 64}`,
          'GPT partname local : 2 EFI system',
          `GPT start and size : 2 ${first} ${systemPartition.size / 512}`,
          'GPT partition path : 2 /boot/efi.img',
          'GPT partname local : 3 Gap1',
          `GPT start and size : 3 ${last + 1} ${sectors - 36 - (last + 1)}`,
        ],
      )

      const fat = `${path}.fat`
      await writeFile(fat, slice(image, first * 512, (last + 1) * 512))
      const checked = await run('fsck.fat', '-nv', fat)
      t.regex(checked, /: 5 files, \d+\/\d+ clusters/)
      t.notRegex(checked, /differ|wrong|bad|mismatch|dirty|inconsist|lost|warning/i)
      const within = `${path}@@${first * 512}`
      t.deepEqual(linesOf(await run('mdir', '-b', '-/', '-i', within, '::')), [
        '::/EFI/',
        '::/EFI/BOOT/',
        '::/EFI/BOOT/BOOTX64.EFI',
        '::/EFI/BOOT/grub.cfg',
      ])
      t.regex(await run('mlabel', '-s', '-i', within, '::'), /is ESP/)
      await run('mcopy', '-i', within, '::EFI/BOOT/BOOTX64.EFI', `${path}.efi`)
      t.true(readFileSync(`${path}.efi`).equals(Buffer.alloc(200_000, 0x4d)))
    },
  )

conformance('a system partition that is too large for the boot catalog is whole in the partition table', async t => {
  const large = planFat(new Map([['EFI/BOOT/BOOTX64.EFI', file('x')]]), { date: OPTIONS.date, size: 48 << 20 }).bytes
  const path = await written(t, new Map([['efi.img', { kind: 'file', content: large } as const]]), {
    boot: [{ platform: 'uefi', path: 'efi.img' }],
    hybrid: { seed: 's' },
  })
  t.regex(await run('sgdisk', '-v', path), /^No problems found\./m)
  t.deepEqual(await report(t, path, '-report_el_torito', /^El Torito (boot img|img path)/), [
    'El Torito boot img : 1 UEFI y none 0x0000 0x00 0 21',
    'El Torito img path : 1 /efi.img',
  ])
  t.deepEqual(await report(t, path, '-report_system_area', /^GPT (start and size|partition path) +: +2/), [
    `GPT start and size : 2 84 ${large.size / 512}`,
    'GPT partition path : 2 /efi.img',
  ])
})

conformance('a disk for BIOSes alone has one active partition over all of it', async t => {
  const path = await written(t, SAMPLE, { boot: [BIOS], hybrid: { seed: 's', mbrCode } })
  t.deepEqual(await report(t, path, '-report_system_area', /^(System area summary|MBR partition +:|GPT)/), [
    'System area summary: MBR cyl-align-off',
    `MBR partition : 1 0x80 0x17 0 ${(await fromFile(path)).size / 512}`,
  ])
})
