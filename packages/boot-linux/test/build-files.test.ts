import { zstdDecompressSync } from 'node:zlib'
import type { Architecture } from '@bootwright/api'
import { type Bytes, digest, fromMemory, read, readText, type Tree } from '@bootwright/bytes'
import { readCpio } from '@bootwright/format-cpio'
import test from 'ava'
import { buildFiles, PARTS } from '../src/build-files.ts'
import { programFile } from './elf-file.ts'
import {
  DATE,
  type FakePackages,
  fakeLayout,
  fakePackages,
  packageListOf,
  RELEASE,
  readerOf,
} from './fake-distribution.ts'
import { contentOf, faultOf, logOf } from './fakes.ts'
import { framesIn } from './initramfs/frames.ts'

const node = fromMemory(programFile('libstdc++.so.6', 'libc.so.6'))

interface Options {
  readonly packages?: FakePackages
  readonly architecture?: Architecture
  readonly signal?: AbortSignal
}
const build = async ({
  architecture = 'x64',
  packages = fakePackages(architecture),
  signal = new AbortController().signal,
}: Options = {}): Promise<ReadonlyMap<string, Bytes>> =>
  await buildFiles(readerOf(packages), fakeLayout(packageListOf(packages), architecture), node, {
    signal,
    log: logOf(),
  })

async function treesOf(files: ReadonlyMap<string, Bytes>): Promise<readonly Tree[]> {
  const { frames } = framesIn(Buffer.from(await read(files.get(PARTS.initramfs)!)))
  return await Promise.all(frames.map(async frame => (await readCpio(fromMemory(zstdDecompressSync(frame)))).tree))
}

test('a boot image for x64 has all parts', async t => {
  const files = await build()
  t.deepEqual([...files.keys()].sort(), Object.values(PARTS).sort())
  for (const [part, text] of [
    [PARTS.kernel, 'kernel'],
    [PARTS.shim, 'shim'],
    [PARTS.grub, 'grub'],
    [PARTS.mokManager, 'mok manager'],
    [PARTS.stub, 'stub'],
    [PARTS.isolinux, 'isolinux'],
    [PARTS.ldlinux, 'ldlinux'],
    [PARTS.facts, JSON.stringify({ date: DATE.toISOString() })],
  ] as const)
    t.is(await readText(files.get(part)!), text)
  t.is(files.get(PARTS.mbr)!.size, 432)
})

test('a boot image for arm64 has no parts for BIOS', async t => {
  const files = await build({ architecture: 'arm64' })
  const { isolinux, ldlinux, mbr, usbBootSector, usbCore, usbMbr, usbGptMbr, ...others } = PARTS
  t.deepEqual([...files.keys()].sort(), Object.values(others).sort())
  const [runtime] = await treesOf(files)
  t.true(runtime?.has('usr/lib/aarch64-linux-gnu/libc.so.6'))
  t.true(runtime?.has('usr/lib/ld-linux-aarch64.so.1'))
})

test('the runtime with its libraries is one archive, the system another', async t => {
  const [runtime, system, ...rest] = await treesOf(await build())
  t.deepEqual(rest, [])
  const filesIn = (tree: Tree | undefined): readonly string[] =>
    [...(tree ?? [])].flatMap(([path, { kind }]) => (kind === 'file' ? [path] : [])).sort()
  const libraries = ['ld-linux-x86-64.so.2', 'libc.so.6', 'libgcc_s.so.1', 'libntfs-3g.so.89', 'libstdc++.so.6']
  t.deepEqual(filesIn(runtime), ['usr/bin/node', ...libraries.map(name => `usr/lib/x86_64-linux-gnu/${name}`)])
  const programs = ['bootwright-keyboard', 'busybox', 'kbd_mode', 'loadkeys', 'ntfs-3g', 'script', 'setfont']
  t.deepEqual(
    filesIn(system).filter(path => path.startsWith('usr/bin/')),
    programs.map(name => `usr/bin/${name}`),
  )
  t.deepEqual(
    filesIn(system).filter(path => path.endsWith('.ko')),
    ['ata/ahci', 'ata/libata', 'net/ethernet/broadcom/bnx2'].map(
      name => `usr/lib/modules/${RELEASE}/kernel/drivers/${name}.ko`,
    ),
  )
  t.is((await contentOf(system!, 'usr/share/keymaps/i386/qwerty/us.kmap')).toString(), 'us')
  t.like(system?.get('usr/share/keymaps/i386/layouts/en.kmap'), { kind: 'link' })
})

test('the same packages yield the same bytes', async t => {
  const digests = async (files: ReadonlyMap<string, Bytes>): Promise<readonly string[]> =>
    await Promise.all([...files.values()].map(bytes => digest(bytes)))
  const reversed = Object.fromEntries(Object.entries(fakePackages()).reverse())
  t.deepEqual(await digests(await build()), await digests(await build({ packages: reversed })))
})

test('a file that its package does not contain is named, together with the package', async t => {
  for (const [name, path] of [
    ['loaders', 'shim'],
    ['loaders', 'grub'],
    ['syslinux', 'isolinux'],
    ['programs', 'bin/busybox'],
    ['programs', 'bin/loadkeys'],
    ['linux', `boot/vmlinuz-${RELEASE}`],
  ] as const) {
    const { [path]: _, ...others } = fakePackages()[name]!
    const fault = await faultOf(() => build({ packages: { ...fakePackages(), [name]: others } }))
    t.like(fault, { code: 'PACKAGE_FILE_MISSING', subject: name })
    t.true(fault.message.includes(path))
  }
})

test('a library that no package contains is named', async t => {
  const { libgcc: _, ...packages } = fakePackages()
  t.like(await faultOf(() => build({ packages })), { code: 'LIBRARY_MISSING', subject: 'libgcc_s.so.1' })
})

test('a cancelled build rejects with the reason', async t => {
  const reason = new Error('stop')
  t.is(await t.throwsAsync(build({ signal: AbortSignal.abort(reason) })), reason)
})

test('each package is read once', async t => {
  const packages = fakePackages()
  const names: string[] = []
  const { read: readPackage } = readerOf(packages)
  const reader = {
    read(...[name, isWanted]: Parameters<typeof readPackage>) {
      names.push(name)
      return readPackage(name, isWanted)
    },
  }
  const { signal } = new AbortController()
  await buildFiles(reader, fakeLayout(packageListOf(packages), 'x64'), node, { signal, log: logOf() })
  t.deepEqual(names.toSorted(), Object.keys(packages).toSorted())
})
