import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from '@bootwright/api'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { filesImage } from '../src/files-image.ts'
import type { FilesOptions } from '../src/options.ts'
import { programFile } from './elf-file.ts'
import { agent, contentOf, faultOf, medium, requestOf } from './fakes.ts'
import { efiProgram, x86Kernel } from './pe-file.ts'

const folder = scratch()
const FILES = {
  vmlinuz: efiProgram('x64'),
  'vmlinuz-bios': x86Kernel(),
  'vmlinuz-arm64': efiProgram('arm64'),
  vmlinux: programFile(),
  initrd: 'initial RAM file system',
  'grubx64.efi': efiProgram('x64'),
  'shimx64.efi': efiProgram('x64'),
  'mmx64.efi': efiProgram('x64'),
  'grubaa64.efi': efiProgram('arm64'),
  'isolinux.bin': 'isolinux',
  'ldlinux.c32': 'ldlinux',
  'isohdpfx.bin': Buffer.alloc(440, 0x90),
  'short.bin': Buffer.alloc(431),
}
for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
mkdirSync(join(folder, 'folder'))

const bios = { isolinux: 'isolinux.bin', ldlinux: 'ldlinux.c32' }
const options: FilesOptions = {
  kernel: 'vmlinuz',
  initramfs: 'initrd',
  loaders: { uefi: { grub: 'grubx64.efi', shim: 'shimx64.efi', mokManager: 'mmx64.efi' }, bios },
  date: '2026-01-02T03:04:05Z',
}
const image = (change: Partial<FilesOptions> = {}, architecture: Architecture = 'x64') =>
  filesImage({ ...options, ...change }, requestOf({}, { folder, architecture }), agent)

test('files relative to the definition become a boot image', async t => {
  const { assemble, ...about } = await image()
  t.deepEqual(about, {
    description: 'linux from vmlinuz',
    architecture: 'x64',
    date: new Date('2026-01-02T03:04:05Z'),
  })
  const { tree } = await assemble(medium)
  t.deepEqual(await contentOf(tree, 'boot/vmlinuz'), FILES.vmlinuz)
  t.true((await contentOf(tree, 'boot/initrd.img')).toString('latin1').startsWith(`${FILES.initrd}\0`))
  t.true((await contentOf(tree, 'boot/initrd.img')).includes('// agent\n'))
})

test('an absolute path is taken as it is', async t => {
  await t.notThrowsAsync(image({ kernel: join(folder, 'vmlinuz-bios') }))
})

test('a kernel or loader for another computer is named', async t => {
  const wrong = { code: 'ARCHITECTURE_WRONG' } as const
  t.like(await faultOf(() => image({ kernel: 'vmlinuz-arm64' })), { ...wrong, subject: 'vmlinuz-arm64' })
  t.like(await faultOf(() => image({}, 'arm64')), { ...wrong, subject: 'isolinux.bin' })
  for (const name of ['grub', 'shim', 'mokManager'] as const) {
    const uefi = { ...options.loaders.uefi!, [name]: 'grubaa64.efi' }
    t.like(await faultOf(() => image({ loaders: { uefi } })), { ...wrong, subject: 'grubaa64.efi' })
  }
})

test('a medium for arm64 takes what is for arm64', async t => {
  const { assemble } = await image({ kernel: 'vmlinuz-arm64', loaders: { uefi: { grub: 'grubaa64.efi' } } }, 'arm64')
  t.true((await assemble(medium)).tree.has('EFI/BOOT/BOOTAA64.EFI'))
})

test('what is no kernel is named', async t => {
  for (const kernel of ['initrd', 'vmlinux'])
    t.like(await faultOf(() => image({ kernel })), { code: 'EXECUTABLE_UNKNOWN', subject: kernel })
})

test('the code of a master boot record has 432 bytes; less is refused, and the rest of a longer file is left', async t => {
  const withRecord = (mbr: string) => image({ loaders: { bios: { ...bios, mbr } } })
  t.like(await faultOf(() => withRecord('short.bin')), { code: 'EXECUTABLE_UNKNOWN', subject: 'short.bin' })
  const { assemble } = await withRecord('isohdpfx.bin')
  t.deepEqual((await assemble(medium)).bios?.mbrCode, new Uint8Array(432).fill(0x90))
})

test('a file that cannot be read is named as the definition names it', async t => {
  for (const name of ['missing', 'folder']) {
    t.like(await faultOf(() => image({ kernel: name })), { code: 'FILE_UNREADABLE', subject: name })
    t.like(await faultOf(() => image({ initramfs: name })), { code: 'FILE_UNREADABLE', subject: name })
    const loaders = { bios: { ...bios, ldlinux: name } }
    t.like(await faultOf(() => image({ loaders })), { code: 'FILE_UNREADABLE', subject: name })
  }
  t.truthy((await faultOf(() => image({ kernel: 'missing' }))).cause)
})
