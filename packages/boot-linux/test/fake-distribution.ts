import { gzipSync } from 'node:zlib'
import type {
  Architecture,
  LinuxChoice,
  LinuxDistribution,
  LinuxFile,
  LinuxLayout,
  LinuxPackage,
  LinuxPackageEntry,
} from '@bootwright/api'
import { moduleFile, programFile } from './elf-file.ts'
import { syslinuxProgram } from './syslinux-file.ts'

export const RELEASE = '6.1.0-41'
export const DATE: Date = new Date('2026-01-02T03:04:05Z')

const NAMES = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
} as const
const PROGRAMS = ['ntfs-3g', 'loadkeys', 'kbd_mode', 'setfont', 'script', 'busybox']

/** Contents by package and path; `{ link }` is a symbolic link. */
export type FakePackages = Readonly<
  Record<string, Readonly<Record<string, string | Uint8Array | { readonly link: string }>>>
>

/** The packages of a boot image, with a few bytes in each file. */
export function fakePackages(architecture: Architecture = 'x64'): FakePackages {
  const { triplet, loader } = NAMES[architecture]
  const modules = `lib/modules/${RELEASE}`
  const program = programFile('libc.so.6')
  return {
    linux: {
      [`boot/vmlinuz-${RELEASE}`]: 'kernel',
      [`${modules}/modules.builtin`]: 'kernel/lib/crc32.ko\n',
      [`${modules}/kernel/drivers/ata/ahci.ko`]: moduleFile('alias=pci:v*', 'depends=libata', 'name=ahci'),
      [`${modules}/kernel/drivers/ata/libata.ko`]: moduleFile('depends=', 'name=libata'),
      [`${modules}/kernel/drivers/net/ethernet/broadcom/bnx2.ko`]: moduleFile('firmware=bnx2/x.fw', 'name=bnx2'),
      [`${modules}/kernel/sound/snd.ko`]: moduleFile('depends=', 'name=snd'),
    },
    loaders: { grub: 'grub', shim: 'shim', 'mok-manager': 'mok manager', stub: 'stub' },
    syslinux: {
      isolinux: 'isolinux',
      isohybrid: Buffer.alloc(432),
      ldlinux: 'ldlinux',
      installer: syslinuxProgram(),
      mbr: Buffer.alloc(440, 1),
      gptmbr: Buffer.alloc(440, 2),
    },
    programs: {
      ...Object.fromEntries(PROGRAMS.map(name => [`bin/${name}`, program])),
      'bin/ntfs-3g': programFile('libntfs-3g.so.89'),
      'bin/busybox': programFile(),
    },
    keymaps: { 'share/keymaps/i386/qwerty/us.kmap.gz': gzipSync('us') },
    libc: { [`lib/${triplet}/libc.so.6`]: programFile(loader), [`lib/${triplet}/${loader}`]: programFile() },
    libntfs: { [`lib/${triplet}/libntfs-3g.so.89`]: programFile('libc.so.6') },
    libstdc: {
      [`lib/${triplet}/libstdc++.so.6`]: { link: 'libstdc++.so.6.0.30' },
      [`lib/${triplet}/libstdc++.so.6.0.30`]: programFile('libgcc_s.so.1'),
    },
    libgcc: { [`lib/${triplet}/libgcc_s.so.1`]: programFile('libc.so.6') },
  }
}

const file = (name: string, path: string): LinuxFile => ({ package: name, path })

export function fakeLayout(packages: readonly LinuxPackage[], architecture: Architecture): LinuxLayout {
  return {
    kernel: {
      release: RELEASE,
      package: packages.find(({ name }) => name === 'linux')!,
      image: file('linux', `boot/vmlinuz-${RELEASE}`),
      modules: { packages: ['linux'], folder: `lib/modules/${RELEASE}` },
    },
    uefi: {
      grub: file('loaders', 'grub'),
      menu: 'boot/grub/grub.cfg',
      folder: 'EFI/fake',
      shim: file('loaders', 'shim'),
      mokManager: file('loaders', 'mok-manager'),
      stub: file('loaders', 'stub'),
    },
    bios:
      architecture === 'x64'
        ? {
            isolinux: file('syslinux', 'isolinux'),
            isohybrid: file('syslinux', 'isohybrid'),
            ldlinux: file('syslinux', 'ldlinux'),
            syslinux: file('syslinux', 'installer'),
            mbr: file('syslinux', 'mbr'),
            gptMbr: file('syslinux', 'gptmbr'),
          }
        : undefined,
    programs: Object.fromEntries(PROGRAMS.map(name => [name, file('programs', `bin/${name}`)])),
    libraries: {
      packages: packages.map(({ name }) => name).filter(name => name.startsWith('lib')),
      folder: `lib/${NAMES[architecture].triplet}`,
    },
    keymaps: {
      package: 'keymaps',
      folder: 'share/keymaps/i386',
      subfolders: ['qwerty'],
      extension: 'kmap',
      layouts: { en: 'us' },
    },
  }
}

const entryOf = (content: FakePackages[string][string]): LinuxPackageEntry =>
  typeof content === 'object' && 'link' in content
    ? { kind: 'link', target: content.link }
    : { kind: 'file', data: Buffer.from(content), isExecutable: true }

/** Reads the packages as a distribution does. The keymaps are the newest package. */
export const readerOf = (packages: FakePackages): Pick<FakeOpened, 'read'> => ({
  async read(name, isWanted) {
    const paths = Object.entries(packages[name] ?? {}).filter(([path]) => isWanted(path))
    return {
      entries: new Map(paths.map(([path, content]) => [path, entryOf(content)])),
      date: name === 'keymaps' ? DATE : new Date('2025-01-01T00:00:00Z'),
    }
  },
})
type FakeOpened = Awaited<ReturnType<LinuxDistribution['open']>>

export const packageListOf = (packages: FakePackages, version = '1.0'): readonly LinuxPackage[] =>
  Object.keys(packages).map(name => ({ name, version, architecture: 'fake', sha256: '00'.repeat(32) }))

/** A distribution in memory that records the calls that obtain packages: `resolve generic x64`, `open`, `close`. */
export function fakeDistribution(
  change: Partial<LinuxDistribution> = {},
): LinuxDistribution & { readonly calls: string[]; version: string } {
  const calls: string[] = []
  const state = { calls, version: '1.0' }
  return Object.assign(state, {
    title: 'Fake',
    formatVersion: 1,
    kernels: { generic: {}, cloud: { limitation: 'starts in virtual machines only' } },
    packageNames: ({ kernel }: LinuxChoice) => [kernel, 'programs'],
    async resolve({ kernel, architecture }: LinuxChoice) {
      calls.push(`resolve ${kernel} ${architecture}`)
      return packageListOf(fakePackages(architecture), state.version)
    },
    layout: fakeLayout,
    async open(_packages: readonly LinuxPackage[], architecture: Architecture) {
      calls.push('open')
      return {
        ...readerOf(fakePackages(architecture)),
        async [Symbol.asyncDispose]() {
          calls.push('close')
        },
      }
    },
    packageUrl: ({ name, version }: LinuxPackage) => `pkg:generic/${name}@${version}`,
    ...change,
  })
}
