import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Bytes, fromFile, read } from '@bootwright/bytes'
import anyTest, { type TestFn } from 'ava'
import { needs, scratch } from '../../../../scripts/test-tools.ts'
import { openApt } from '../../src/debian/apt.ts'
import { withPackages } from '../../src/debian/download.ts'
import { kernelModules } from '../../src/debian/kernel-modules.ts'
import { makeFiles, PARTS } from '../../src/debian/make-files.ts'
import { readPackage } from '../../src/debian/read-package.ts'
import { resolvePackages } from '../../src/debian/resolve-packages.ts'

interface Made {
  readonly release: string
  readonly files: ReadonlyMap<string, Bytes>
  readonly modules: ReadonlyMap<string, Uint8Array | string>
}
const test = anyTest as TestFn<Made>
const debian = needs(test as TestFn, 'apt-get', 'dpkg-deb', 'zstd', 'cpio', 'depmod', 'sbverify') as typeof test

const log = { debug() {}, info() {}, warn() {} }
const { signal } = new AbortController()

debian.before(async t => {
  const folder = scratch()
  const apt = await openApt(folder, 'amd64', { signal, onFailure: t.log })
  const packages = await resolvePackages(apt, 'generic', 'x64')
  const linux = packages.find(({ name }) => name.startsWith('linux-image-'))!.name
  const release = linux.replace('linux-image-', '')
  t.context = await withPackages(apt, packages, folder, async paths => {
    const kernel = await readPackage(paths.get(linux)!, path => path.startsWith('lib/modules/'), signal)
    const files = await makeFiles(paths, await fromFile(process.execPath), 'x64', { signal, log })
    return { release, files, modules: kernelModules(kernel.entries, release, log) }
  })
})

const run = (file: string, args: readonly string[], input?: Uint8Array): Buffer =>
  execFileSync(file, args, { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'] })

/** Each archive is one zstd frame that begins at a multiple of 4. */
function archivesIn(initramfs: Buffer): Buffer[] {
  const magic = Buffer.from('28b52ffd', 'hex')
  const starts: number[] = []
  for (let at = initramfs.indexOf(magic); at >= 0; at = initramfs.indexOf(magic, at + 4))
    if (at % 4 === 0 && (at === 0 || isFrame(initramfs.subarray(at)))) starts.push(at)
  return starts.map((start, index) => unpacked(initramfs.subarray(start, starts[index + 1])))
}
function isFrame(data: Buffer): boolean {
  try {
    unpacked(data)
    return true
  } catch {
    return false
  }
}
function unpacked(frame: Buffer): Buffer {
  for (let padding = 0; ; padding += 1)
    try {
      return run('zstd', ['-dc'], frame.subarray(0, frame.length - padding))
    } catch (error) {
      if (padding === 3) throw error
    }
}

debian('the archives hold what a computer needs, and cpio reads them', async t => {
  const initramfs = Buffer.from(await read(t.context.files.get(PARTS.initramfs)!))
  const names = archivesIn(initramfs).flatMap(archive =>
    run('cpio', ['-it', '--quiet'], archive).toString().split('\n'),
  )
  const programs = ['node', 'busybox', 'loadkeys', 'kbd_mode', 'ntfs-3g', 'bootwright-keyboard']
  for (const name of ['init', ...programs.map(program => `usr/bin/${program}`)]) t.true(names.includes(name), name)
  for (const layout of ['fr', 'de', 'us'])
    t.true(
      names.some(name => name.endsWith(`/${layout}.kmap`)),
      layout,
    )
  for (const library of ['libc.so.6', 'libdl.so.2', 'libstdc++.so.6', 'ld-linux-x86-64.so.2'])
    t.true(
      names.some(name => name.endsWith(`/${library}`)),
      library,
    )
  t.is(
    names.find(name => name.startsWith('/') || name.includes('..')),
    undefined,
  )
})
debian('storage, network, keyboards and file systems have their drivers', t => {
  const carried = [...t.context.modules.keys()].map(path => path.replace(/^.*\/|\.ko$/g, ''))
  const wanted =
    'ahci nvme sd_mod sr_mod usb-storage uas xhci-pci virtio_blk virtio_scsi mmc_block sdhci-pci hv_storvsc vmw_pvscsi ' +
    'e1000e igb igc r8169 tg3 ixgbe virtio_net vmxnet3 hv_netvsc r8152 usbhid hid-generic ' +
    'isofs udf vfat exfat ext4 fuse efivarfs nls_utf8 nls_cp437'
  t.deepEqual(
    wanted.split(' ').filter(name => !carried.includes(name)),
    [],
  )
})
debian('modprobe’s tables say what depmod says of the same modules', t => {
  const { modules, release } = t.context
  const root = scratch()
  for (const [path, content] of modules) {
    const file = join(root, 'lib/modules', release, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  const judged = run('depmod', ['--dry-run', '--basedir', root, release]).toString()
  const dependencies = (text: string): string[] =>
    text
      .split('\n')
      .filter(line => /^kernel\/\S+\.ko:/.test(line))
      .map(line => line.trim().split(' ').toSorted().join(' '))
      .sort()
  t.deepEqual(dependencies(String(modules.get('modules.dep'))), dependencies(judged))
  const aliases = (text: string): string[] =>
    [
      ...new Set(text.split('\n').filter(line => /^alias \S+ \w+$/.test(line) && !line.startsWith('alias symbol:'))),
    ].sort()
  t.deepEqual(aliases(String(modules.get('modules.alias'))), aliases(judged))
})
debian('the loaders and the kernel are signed, as Secure Boot wants them', async t => {
  for (const [part, signer] of [
    [PARTS.shim, /Microsoft Corporation UEFI CA/],
    [PARTS.grub, /Debian Secure Boot/],
    [PARTS.mokManager, /Debian Secure Boot/],
    [PARTS.kernel, /Debian Secure Boot/],
  ] as const) {
    const file = join(scratch(), part)
    writeFileSync(file, await read(t.context.files.get(part)!))
    t.regex(run('sbverify', ['--list', file]).toString(), signer, part)
  }
})
debian('the scripts are ones that a shell accepts, and all parts together are small', async t => {
  const initramfs = Buffer.from(await read(t.context.files.get(PARTS.initramfs)!))
  const root = scratch()
  for (const archive of archivesIn(initramfs))
    execFileSync(
      'cpio',
      ['-id', '--quiet', '--no-absolute-filenames', 'init', 'usr/bin/busybox', 'usr/bin/bootwright-keyboard'],
      {
        cwd: root,
        input: archive,
      },
    )
  for (const script of ['init', 'usr/bin/bootwright-keyboard'])
    t.notThrows(() => run(join(root, 'usr/bin/busybox'), ['sh', '-n', join(root, script)]), script)
  const size = [...t.context.files.values()].reduce((sum, file) => sum + file.size, 0)
  t.true(size < 120e6, `${size} bytes`)
})
