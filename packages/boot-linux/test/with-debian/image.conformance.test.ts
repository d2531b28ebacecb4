import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Tree } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { contentOf } from '../fakes.ts'
import { framesIn } from '../initramfs/frames.ts'
import { dependenciesIn, hasLoadableOrder } from '../kernel/depmod.ts'
import { planMedium } from './make-medium.ts'

interface Built {
  readonly tree: Tree
  readonly bootImage: string | undefined
  readonly date: Date
  /** The archives of the initramfs, unpacked by zstd. */
  readonly archives: readonly Buffer[]
  /** What cpio makes of them. */
  readonly root: string
}
const test = anyTest as TestFn<Built>
const debian = needs(test as TestFn, 'apt-get', 'dpkg-deb', 'zstd', 'cpio', 'depmod', 'sbverify', 'sh') as typeof test
/** For programs of the boot image, which is built for x64. */
const runs = process.platform === 'linux' && process.arch === 'x64' ? debian : debian.skip

/** Layouts as X and Debian's installer name them. */
const LAYOUTS = 'al be br ca ch ch-fr cz de dk ee fi fr gb gr hr is jp latam lv no pt rs se si sk tr ua us-intl'.split(
  ' ',
)

const MEDIUM_LIMIT = 120e6
const MODULE_SIGNATURE = '~Module signature appended~\n'

const run = (file: string, args: readonly string[], input?: Uint8Array): string =>
  execFileSync(file, args, { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'] }).toString()

/** zstd complains of the zeros behind a frame: up to three of them are not its own. */
function unzstd(frame: Buffer): Buffer {
  for (let padding = 0; ; padding += 1)
    try {
      const input = frame.subarray(0, frame.length - padding)
      return execFileSync('zstd', ['-dcq'], { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'] })
    } catch (error) {
      if (padding === 3) throw error
    }
}
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile())
const releaseIn = (root: string): string => readdirSync(join(root, 'usr/lib/modules'))[0]!
/** Calls a program of the boot image with the boot image's own libraries. */
const byLoader = (root: string, ...args: readonly string[]): string => {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
  const loader = ['--inhibit-cache', '--library-path', libraries]
  return run(join(libraries, 'ld-linux-x86-64.so.2'), [...loader, ...args])
}

debian.before(async t => {
  const medium = await planMedium(scratch(), process.env.BOOTWRIGHT_LIBRARY)
  const { frames, rest } = framesIn(await contentOf(medium.tree, 'boot/initrd.img'))
  const archives = [...frames.map(unzstd), rest]
  const root = scratch()
  for (const archive of archives)
    execFileSync('cpio', ['-idmu', '--quiet', '--no-absolute-filenames', '--no-preserve-owner'], {
      cwd: root,
      input: archive,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  t.context = { ...medium, archives, root }
})

debian('the boot image has a description and a date', t => {
  const { bootImage, date, root } = t.context
  t.regex(bootImage!, new RegExp(`^Debian linux-image-${releaseIn(root)} \\d`))
  t.true(date.getTime() < Date.now())
})

debian('all files of the medium together are small', async t => {
  const sizes = [...t.context.tree.values()].map(entry => (entry.kind === 'file' ? entry.content.size : 0))
  const size = sizes.reduce((sum, each) => sum + each, 0)
  t.log(`${Math.round(size / 1e6)} MB`)
  t.true(size < MEDIUM_LIMIT, `${size} bytes`)
})

debian('Secure Boot: every link of the chain is signed, and has the name that the one before looks for', async t => {
  for (const [path, signer] of [
    ['EFI/BOOT/BOOTX64.EFI', /Microsoft Corporation UEFI CA/],
    ['EFI/BOOT/grubx64.efi', /Debian Secure Boot/],
    ['EFI/BOOT/mmx64.efi', /Debian Secure Boot/],
    ['boot/vmlinuz', /Debian Secure Boot/],
  ] as const) {
    const file = join(scratch(), basename(path))
    writeFileSync(file, await contentOf(t.context.tree, path))
    t.regex(run('sbverify', ['--list', file]), signer, path)
  }
  const wide = (text: string): Buffer => Buffer.from(text, 'utf16le')
  const shim = await contentOf(t.context.tree, 'EFI/BOOT/BOOTX64.EFI')
  for (const name of ['grubx64.efi', 'mmx64.efi']) t.true(shim.includes(wide(name)), name)
  const grub = await contentOf(t.context.tree, 'EFI/BOOT/grubx64.efi')
  t.true(grub.includes('/.disk/info') && grub.includes('grub.cfg'))
})

debian('cpio reads every archive, and no name leads outside', t => {
  const [runtime, system, agent] = t.context.archives.map(archive =>
    run('cpio', ['-it', '--quiet'], archive).trimEnd().split('\n'),
  )
  for (const names of [runtime, system, agent])
    t.is(
      names?.find(name => name.startsWith('/') || name.split('/').includes('..')),
      undefined,
    )
  t.true(runtime?.includes('usr/bin/node'))
  const programs = ['busybox', 'script', 'loadkeys', 'kbd_mode', 'setfont', 'ntfs-3g', 'bootwright-keyboard']
  for (const name of ['init', ...programs.map(program => `usr/bin/${program}`)]) t.true(system?.includes(name), name)
  t.true(agent?.includes('usr/lib/bootwright/agent.mjs'))
})

// format-cpio writes the number of links where newc has the owner (inode, mode, owner, group, links).
debian('everything belongs to root', t => {
  for (const archive of t.context.archives)
    for (const line of run('cpio', ['-itvn', '--quiet'], archive).trimEnd().split('\n'))
      t.deepEqual(line.split(/\s+/).slice(2, 4), ['0', '0'], line)
})

debian('storage, wired network, keyboards and file systems have their drivers', t => {
  const { root } = t.context
  const modules = join(root, 'usr/lib/modules', releaseIn(root))
  const nameOf = (path: string): string => basename(path, '.ko').replaceAll('-', '_')
  const known = new Set(
    [
      ...filesBelow(modules).filter(path => path.endsWith('.ko')),
      ...readFileSync(join(modules, 'modules.builtin'), 'utf8').split('\n'),
    ].map(nameOf),
  )
  const wanted =
    'ahci ata_piix nvme sd_mod sr_mod usb_storage uas mmc_block sdhci_pci virtio_blk virtio_scsi hv_storvsc vmw_pvscsi ' +
    'xen_blkfront megaraid_sas mpt3sas smartpqi hpsa xhci_pci ehci_pci ohci_pci uhci_hcd virtio_pci vmd ' +
    'e1000 e1000e igb igc ixgbe i40e ice r8169 tg3 bnxt_en mlx5_core virtio_net vmxnet3 hv_netvsc ena r8152 ax88179_178a cdc_ether ' +
    'usbhid hid_generic hyperv_keyboard isofs udf vfat exfat ext4 fuse efivarfs loop nls_utf8 nls_cp437 nls_ascii'
  t.deepEqual(
    wanted.split(' ').filter(name => !known.has(name)),
    [],
  )
})

debian('modules are as Debian signed them', t => {
  const { root } = t.context
  const folder = join(root, 'usr/lib/modules', releaseIn(root))
  const unsigned = filesBelow(folder)
    .filter(path => path.endsWith('.ko'))
    .filter(
      path =>
        !readFileSync(join(folder, path)).subarray(-MODULE_SIGNATURE.length).equals(Buffer.from(MODULE_SIGNATURE)),
    )
  t.deepEqual(unsigned, [])
})

debian('the tables of modprobe equal those of depmod, and modules are loaded after their dependencies', t => {
  const { root } = t.context
  const release = releaseIn(root)
  const ours = (name: string): string => readFileSync(join(root, 'usr/lib/modules', release, name), 'utf8')
  const theirs = run('depmod', ['--dry-run', '--basedir', join(root, 'usr'), release])
  const theirDependencies = theirs.split('\n').filter(line => /^kernel\/\S+\.ko:/.test(line))
  const sorted = (lines: ReadonlyMap<string, readonly string[]>): unknown =>
    [...lines].map(([path, needed]) => [path, needed.toSorted()]).sort()
  const dependencies = dependenciesIn(ours('modules.dep'))
  t.deepEqual(sorted(dependencies), sorted(dependenciesIn(theirDependencies.join('\n'))))
  t.true(hasLoadableOrder(dependencies))
  const lines = (text: string, kind: RegExp): readonly string[] =>
    [...new Set(text.split('\n').filter(line => kind.test(line)))].sort()
  const aliases = /^alias (?!symbol:|char-major-|block-major-|devname:)/
  t.deepEqual(lines(ours('modules.alias'), aliases), lines(theirs, aliases))
  // What a module names without pre: or post: means nothing to modprobe, and depmod copies it all the same.
  const order = /^softdep .*(pre|post):/
  t.deepEqual(lines(ours('modules.softdep'), order), lines(theirs, order))
})

runs('the shell of the boot image reads its scripts, and knows every command in them', t => {
  const { root } = t.context
  const busybox = join(root, 'usr/bin/busybox')
  for (const script of ['init', 'usr/bin/bootwright-keyboard']) {
    t.notThrows(() => run(busybox, ['sh', '-n', join(root, script)]))
    t.notThrows(() => run('sh', ['-n', join(root, script)]))
  }
  const known = new Set([...run(busybox, ['--list']).split('\n'), ...readdirSync(join(root, 'usr/bin'))])
  const used =
    'sh mount mkdir ip hostname find cat sort awk mv tr xargs modprobe usleep stty sync reboot poweroff tail sleep ' +
    'kbd_mode loadkeys node umount'
  t.deepEqual(
    used.split(' ').filter(name => !known.has(name)),
    [],
  )
})

runs('xargs of the boot image takes names with quotes as they are', t => {
  const { root } = t.context
  const busybox = join(root, 'usr/bin/busybox')
  const lines = `dmi:pn15.6"\nplatform:Fixed MDIO bus\npci:v'1\n`
  t.is(run('sh', ['-c', `"$0" tr '\\n' '\\0' | "$0" xargs -0 "$0" printf '%s\\n'`, busybox], Buffer.from(lines)), lines)
})

runs('every program finds its libraries within the boot image', t => {
  const { root } = t.context
  for (const name of ['node', 'script', 'loadkeys', 'kbd_mode', 'setfont', 'ntfs-3g', 'ntfs-3g.probe']) {
    const listed = byLoader(root, '--list', join(root, 'usr/bin', name))
    const outside = listed.split('\n').filter(line => line.includes('=>') && !line.includes(`=> ${root}/`))
    t.deepEqual(outside, [], name)
  }
  t.regex(byLoader(root, join(root, 'usr/bin/node'), '-p', 'process.version'), /^v\d+\./)
  const agent = join(root, 'usr/lib/bootwright/agent.mjs')
  t.notThrows(() => byLoader(root, join(root, 'usr/bin/node'), '--check', agent))
})

runs('loadkeys reads the keymap of every layout', t => {
  const { root } = t.context
  const folder = join(root, 'usr/share/keymaps/i386')
  const own = ['us', 'fr', 'de', 'es', 'it', 'nl', 'pl', 'hu', 'ru', 'bg', 'ro', 'lt', 'uk', 'trf']
  const paths = filesBelow(folder)
  for (const layout of new Set([...own, ...LAYOUTS])) {
    const found = paths.filter(path => basename(path) === `${layout}.kmap`)
    t.is(found.length, 1, layout)
    // `-u`: the command sets the console to UTF-8 before.
    t.notThrows(() => byLoader(root, join(root, 'usr/bin/loadkeys'), '-q', '-u', '-b', join(folder, found[0]!)), layout)
  }
})

debian('the paths that the kernel and programs use exist', t => {
  const { root } = t.context
  for (const path of [
    'bin/sh',
    'sbin/modprobe',
    'lib64/ld-linux-x86-64.so.2',
    `lib/modules/${releaseIn(root)}/modules.dep`,
  ])
    t.true(statSync(join(root, path)).isFile(), path)
  for (const path of ['dev', 'proc', 'sys', 'run', 'tmp']) t.true(statSync(join(root, path)).isDirectory(), path)
  t.is(statSync(join(root, 'root')).mode & 0o777, 0o700)
})
