import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import type { Architecture } from '@bootwright/api'
import { type Bytes, digest, fromMemory, read, readText, type Tree } from '@bootwright/bytes'
import { readCpio } from '@bootwright/format-cpio'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { makeFiles, PARTS } from '../../src/debian/make-files.ts'
import { programFile } from '../elf-file.ts'
import { contentOf, faultOf, logOf } from '../fakes.ts'
import { framesIn } from '../initramfs/frames.ts'
import { debFile } from './deb.ts'
import { fakeDebian } from './fake-debian.ts'
import type { FakePackage } from './repository.ts'

const makes = needs(test, 'dpkg-deb')
const node = fromMemory(programFile('libstdc++.so.6', 'libc.so.6'))
const DATE = new Date('2026-01-02T03:04:05Z')

interface Made {
  readonly packages?: readonly FakePackage[]
  readonly architecture?: Architecture
  readonly signal?: AbortSignal
}
async function make({
  architecture = 'x64',
  packages = fakeDebian(architecture),
  signal = new AbortController().signal,
}: Made = {}): Promise<ReadonlyMap<string, Bytes>> {
  const folder = scratch()
  const paths = new Map<string, string>()
  for (const { name, content = {} } of packages) {
    if (/^linux-image-[a-z]/.test(name)) continue
    paths.set(name, join(folder, name))
    const date = name === 'kbd' ? DATE : new Date('2025-01-01T00:00:00Z')
    writeFileSync(join(folder, name), await debFile(content, date))
  }
  return await makeFiles(paths, node, architecture, { signal, log: logOf() })
}
async function treesOf(files: ReadonlyMap<string, Bytes>): Promise<readonly Tree[]> {
  const { frames } = framesIn(Buffer.from(await read(files.get(PARTS.initramfs)!)))
  return await Promise.all(frames.map(async frame => (await readCpio(fromMemory(zstdDecompressSync(frame)))).tree))
}

makes('the parts of a boot image for PCs', async t => {
  const files = await make()
  t.deepEqual([...files.keys()].sort(), Object.values(PARTS).sort())
  for (const [part, text] of [
    [PARTS.kernel, 'kernel'],
    [PARTS.shim, 'shim'],
    [PARTS.grub, 'grub'],
    [PARTS.mokManager, 'mok manager'],
    [PARTS.isolinux, 'isolinux'],
    [PARTS.ldlinux, 'ldlinux'],
    [PARTS.facts, JSON.stringify({ date: DATE.toISOString() })],
  ] as const)
    t.is(await readText(files.get(part)!), text)
  t.is(files.get(PARTS.mbr)!.size, 432)
})

makes('the parts of a boot image for arm64, which has no BIOS', async t => {
  const files = await make({ architecture: 'arm64' })
  const { isolinux, ldlinux, mbr, stickBootSector, stickCore, stickMbr, stickGptMbr, ...others } = PARTS
  t.deepEqual([...files.keys()].sort(), Object.values(others).sort())
  const [runtime] = await treesOf(files)
  t.true(runtime?.has('usr/lib/aarch64-linux-gnu/libc.so.6'))
  t.true(runtime?.has('usr/lib/ld-linux-aarch64.so.1'))
})

makes('the runtime with its libraries is one archive, the system another', async t => {
  const [runtime, system, ...rest] = await treesOf(await make())
  t.deepEqual(rest, [])
  const filesIn = (tree: Tree | undefined): readonly string[] =>
    [...(tree ?? [])].flatMap(([path, { kind }]) => (kind === 'file' ? [path] : [])).sort()
  const libraries = ['ld-linux-x86-64.so.2', 'libc.so.6', 'libgcc_s.so.1', 'libntfs-3g.so.89', 'libstdc++.so.6']
  t.deepEqual(filesIn(runtime), ['usr/bin/node', ...libraries.map(name => `usr/lib/x86_64-linux-gnu/${name}`)])
  t.deepEqual(
    filesIn(system).filter(path => path.startsWith('usr/bin/')),
    [
      ...['blkid', 'bootwright-keyboard', 'busybox', 'e2fsck', 'kbd_mode', 'kexec', 'loadkeys', 'mke2fs', 'mkfs.exfat'],
      ...[
        'mkfs.fat',
        'mkntfs',
        'mount.cifs',
        'mount.nfs',
        'ntfs-3g',
        'ntfs-3g.probe',
        'resize2fs',
        'script',
        'setfont',
        'sfdisk',
      ],
      ...['wimlib-imagex', 'wipefs'],
    ].map(name => `usr/bin/${name}`),
  )
  t.deepEqual(
    filesIn(system).filter(path => path.endsWith('.ko')),
    ['ata/ahci', 'ata/libata', 'net/ethernet/broadcom/bnx2'].map(
      name => `usr/lib/modules/6.1.0-41-amd64/kernel/drivers/${name}.ko`,
    ),
  )
  t.is((await contentOf(system!, 'usr/share/keymaps/i386/qwerty/us.kmap')).toString(), 'us')
})

makes('the same packages give the same bytes', async t => {
  const digests = async (files: ReadonlyMap<string, Bytes>): Promise<readonly string[]> =>
    await Promise.all([...files.values()].map(bytes => digest(bytes)))
  t.deepEqual(await digests(await make()), await digests(await make({ packages: fakeDebian().toReversed() })))
})

makes('a package that is laid out differently is named, with the file that was looked for', async t => {
  for (const [name, file] of [
    ['shim-signed', 'lib/shim/shimx64.efi.signed'],
    ['grub-efi-amd64-signed', 'lib/grub/x86_64-efi-signed/gcdx64.efi.signed'],
    ['isolinux', 'lib/ISOLINUX/isolinux.bin'],
    ['busybox-static', 'bin/busybox'],
    ['kbd', 'bin/loadkeys'],
  ] as const) {
    const packages = fakeDebian().map(each => (each.name === name ? { ...each, content: { './other': '' } } : each))
    const fault = await faultOf(() => make({ packages }))
    t.like(fault, { code: 'PACKAGE_FILE_MISSING', subject: name })
    t.true(fault.message.includes(file))
  }
})

makes('a library that no package has is named', async t => {
  const packages = fakeDebian().filter(({ name }) => name !== 'libgcc-s1')
  t.like(await faultOf(() => make({ packages })), { code: 'LIBRARY_MISSING', subject: 'libgcc_s.so.1' })
})

makes('a cancelled making ends with the reason', async t => {
  const reason = new Error('stop')
  t.is(await t.throwsAsync(make({ signal: AbortSignal.abort(reason) })), reason)
})
