import type { SignedDocument } from '@bootwright/api'
import { digest, fromMemory, slice } from '@bootwright/bytes'
import { readCpio } from '@bootwright/format-cpio'
import { authenticodeContent, decodeSpcContent, readPe, SPC_INDIRECT_DATA } from '@bootwright/format-pe'
import { efiProgram } from '@bootwright/test-support'
import test from 'ava'
import { assemble, type ImageFiles } from '../../src/boot/assemble.ts'
import { contentOf, medium, textOf } from '../fakes.ts'

const part = (text: string) => fromMemory(text)
const agent = part('// agent\n')
const files: ImageFiles = {
  kernel: part('kernel'),
  initramfs: part('initramfs'),
  uefi: { grub: part('grub'), shim: part('shim'), mokManager: part('mok manager') },
  bios: { isolinux: part('isolinux'), ldlinux: part('ldlinux'), mbr: fromMemory(new Uint8Array(512).fill(7)) },
}

test('a medium has kernel, loaders, menus and a marker file', async t => {
  const { tree } = await assemble(files, agent, medium, 'x64')
  t.deepEqual([...tree.keys()].sort(), [
    `.disk/${medium.id}`,
    '.disk/info',
    'EFI/BOOT/BOOTX64.EFI',
    'EFI/BOOT/grubx64.efi',
    'EFI/BOOT/mmx64.efi',
    'boot/grub/grub.cfg',
    'boot/initrd.img',
    'boot/vmlinuz',
    'bootwright/start.cmd',
    'bootwright/start.sh',
    'syslinux/isolinux.bin',
    'syslinux/ldlinux.c32',
    'syslinux/syslinux.cfg',
  ])
  t.is(await textOf({ tree }, '.disk/info'), 'Lab boot\n')
  t.is(await textOf({ tree }, `.disk/${medium.id}`), `${medium.id}\n`)
})

test('Secure Boot: shim is started first, and finds GRUB and the key manager by their names', async t => {
  const names = { x64: ['BOOTX64', 'grubx64', 'mmx64'], arm64: ['BOOTAA64', 'grubaa64', 'mmaa64'] } as const
  for (const architecture of ['x64', 'arm64'] as const) {
    const { tree } = await assemble({ ...files, bios: undefined }, agent, medium, architecture)
    const [first, grub, manager] = names[architecture]
    t.is(await textOf({ tree }, `EFI/BOOT/${first}.EFI`), 'shim')
    t.is(await textOf({ tree }, `EFI/BOOT/${grub}.efi`), 'grub')
    t.is(await textOf({ tree }, `EFI/BOOT/${manager}.efi`), 'mok manager')
  }
})

test('without shim GRUB is started first, and there is no key manager', async t => {
  const uefi = { grub: part('grub'), mokManager: part('mok manager') }
  const { tree } = await assemble({ ...files, uefi }, agent, medium, 'x64')
  t.deepEqual(
    [...tree.keys()].filter(path => path.startsWith('EFI/')),
    ['EFI/BOOT/BOOTX64.EFI'],
  )
  t.is(await textOf({ tree }, 'EFI/BOOT/BOOTX64.EFI'), 'grub')
})

test('the EFI system partition has the same programs and menu as the medium', async t => {
  const { tree, uefi } = await assemble(files, agent, medium, 'x64')
  t.deepEqual([...uefi!.systemPartition.keys()].sort(), [
    'EFI/BOOT/BOOTX64.EFI',
    'EFI/BOOT/grubx64.efi',
    'EFI/BOOT/mmx64.efi',
    'boot/grub/grub.cfg',
  ])
  for (const [path, entry] of uefi!.systemPartition) t.is(entry, tree.get(path)!)
})

test('BIOS: the loader is in the tree, and the code of the master boot record has 432 bytes', async t => {
  const { tree, bios } = await assemble(files, agent, medium, 'x64')
  t.true(tree.has(bios!.loader))
  t.deepEqual(bios!.mbrCode, new Uint8Array(432).fill(7))
  const { mbr: _, ...without } = files.bios!
  t.is((await assemble({ ...files, bios: without }, agent, medium, 'x64')).bios!.mbrCode, undefined)
})

test('a USB drive starts SYSLINUX, whose core is beside its module and menu', async t => {
  const usb = { bootSector: part('boot sector'), core: part('core'), mbr: part('mbr'), gptMbr: part('gpt') }
  const { tree, bios } = await assemble({ ...files, bios: { ...files.bios!, usb } }, agent, medium, 'x64')
  t.is(await textOf({ tree }, bios!.usb!.loader), 'core')
  t.is(bios!.usb!.loader, 'syslinux/ldlinux.sys')
  t.deepEqual(Buffer.from(bios!.usb!.mbrCode.gpt).toString(), 'gpt')
})
test('with a boot signer, firmware starts one signed program, and shim and GRUB are in another folder', async t => {
  const documents: SignedDocument[] = []
  const signProgram = async (document: SignedDocument): Promise<Uint8Array> => {
    documents.push(document)
    return Uint8Array.of(0x30, 1, 7)
  }
  const uefi = { ...files.uefi!, stub: fromMemory(efiProgram()) }
  const { tree, uefi: built } = await assemble({ ...files, uefi }, agent, { ...medium, signProgram }, 'x64')
  t.false(tree.has('EFI/BOOT/BOOTX64.EFI'))
  t.is(await textOf({ tree }, 'EFI/debian/BOOTX64.EFI'), 'shim')
  const entry = built!.systemPartition.get('EFI/BOOT/BOOTX64.EFI')
  if (entry?.kind !== 'file') return t.fail()
  const program = await readPe(entry.content)
  t.deepEqual(program.sections.map(({ name }) => name).slice(-4), ['.osrel', '.cmdline', '.initrd', '.linux'])
  t.deepEqual(program.certificates, [Uint8Array.of(0x30, 1, 7)])
  t.is(documents[0]?.contentType, SPC_INDIRECT_DATA)
  const sha256 = await digest(await authenticodeContent(entry.content))
  t.is(Buffer.from(decodeSpcContent(documents[0]!.content)).toString('hex'), sha256)

  const without = assemble(files, agent, { ...medium, signProgram }, 'x64')
  t.like(await t.throwsAsync(without), { code: 'FILE_UNREADABLE', subject: 'stub' })
})
test('a medium for one kind of firmware has nothing of the other', async t => {
  const onlyUefi = await assemble({ ...files, bios: undefined }, agent, medium, 'x64')
  t.is(onlyUefi.bios, undefined)
  t.false([...onlyUefi.tree.keys()].some(path => path.startsWith('syslinux/')))
  const onlyBios = await assemble({ ...files, uefi: undefined }, agent, medium, 'x64')
  t.is(onlyBios.uefi, undefined)
  t.false([...onlyBios.tree.keys()].some(path => path.startsWith('EFI/')))
})

test('the agent is an archive of its own behind the initramfs, beginning at a multiple of four', async t => {
  const { tree } = await assemble(files, agent, medium, 'x64')
  const entry = tree.get('boot/initrd.img')
  if (entry?.kind !== 'file') return t.fail()
  const start = (await contentOf(tree, 'boot/initrd.img')).subarray(0, 18)
  t.deepEqual(start, Buffer.concat([Buffer.from('initramfs'), Buffer.alloc(3), Buffer.from('070701')]))
  const { tree: archive } = await readCpio(slice(entry.content, 12))
  t.is(await textOf({ tree: archive }, 'usr/lib/bootwright/agent.mjs'), '// agent\n')
  t.is(await textOf({ tree: archive }, 'etc/bootwright/trust.json'), '{}')
})

test('two media differ in their label and id alone; the same medium is the same byte for byte', async t => {
  const digests = async (label: string, id: string): Promise<Map<string, string>> => {
    const { tree } = await assemble(files, agent, { ...medium, label, id }, 'x64')
    const pairs = [...tree].map(
      async ([path, entry]): Promise<[string, string]> => [
        path.replace(id, 'ID'),
        entry.kind === 'file' ? await digest(entry.content) : '',
      ],
    )
    return new Map(await Promise.all(pairs))
  }
  const one = await digests('One', 'id-one')
  t.deepEqual(await digests('One', 'id-one'), one)
  const two = await digests('Two', 'id-two')
  t.deepEqual([...one.keys()].filter(path => one.get(path) !== two.get(path)).sort(), [
    '.disk/ID',
    '.disk/info',
    'boot/grub/grub.cfg',
    'bootwright/start.cmd',
    'bootwright/start.sh',
    'syslinux/syslinux.cfg',
  ])
})

test('what is large is marked as changing rarely', async t => {
  const { tree } = await assemble(files, agent, medium, 'x64')
  for (const path of ['boot/vmlinuz', 'boot/initrd.img', 'EFI/BOOT/BOOTX64.EFI', 'syslinux/isolinux.bin'])
    t.like(tree.get(path), { change: 'rarely' })
})
