import type { Architecture } from '@bootwright/api'
import { PROGRAMS } from '../src/package-list.ts'
import type { DebContent } from './deb.ts'
import type { FakePackage } from './repository.ts'

export const RELEASE = '6.1.0-41'
const KERNEL_VERSION = '6.1.158-1'
/** Versions of packages that tests refer to. */
const VERSIONS: Readonly<Record<string, string>> = { kbd: '2.5.1-1+b1' }
const NAMES = {
  x64: {
    debian: 'amd64',
    efi: 'x64',
    triplet: 'x86_64-linux-gnu',
    grub: 'x86_64-efi-signed',
    loader: 'ld-linux-x86-64.so.2',
  },
  arm64: {
    debian: 'arm64',
    efi: 'aa64',
    triplet: 'aarch64-linux-gnu',
    grub: 'arm64-efi-signed',
    loader: 'ld-linux-aarch64.so.1',
  },
} as const

/** All packages of a boot image, laid out as in Debian 12, with a few bytes in each file. */
export function fakeDebian(architecture: Architecture = 'x64'): readonly FakePackage[] {
  const { debian, efi, triplet, grub, loader } = NAMES[architecture]
  const release = `${RELEASE}-${debian}`
  const modules = `./lib/modules/${release}`
  const program = 'program'
  const own = (name: string, version: string, content: DebContent, depends?: string): FakePackage => ({
    name,
    version,
    architecture: debian,
    content,
    ...(depends !== undefined && { depends }),
  })
  const shared = (name: string, version: string, content: DebContent): FakePackage => ({
    ...own(name, version, content),
    architecture: 'all',
  })
  return [
    own(`linux-image-${debian}`, KERNEL_VERSION, {}, `linux-image-${release} (= ${KERNEL_VERSION})`),
    own(`linux-image-${release}`, KERNEL_VERSION, {
      [`./boot/vmlinuz-${release}`]: 'kernel',
      [`${modules}/modules.builtin`]: 'kernel/lib/crc32.ko\n',
      [`${modules}/kernel/drivers/ata/ahci.ko`]: 'module',
      [`${modules}/kernel/drivers/ata/libata.ko`]: 'module',
      [`${modules}/kernel/drivers/net/ethernet/broadcom/bnx2.ko`]: 'module',
      [`${modules}/kernel/sound/snd.ko`]: 'module',
    }),
    own('shim-signed', '1.44~1+deb12u1', { [`./usr/lib/shim/shim${efi}.efi.signed`]: 'shim' }),
    own(`shim-helpers-${debian}-signed`, '1+15.8+1', { [`./usr/lib/shim/mm${efi}.efi.signed`]: 'mok manager' }),
    own(`grub-efi-${debian}-signed`, '1+2.06+13', { [`./usr/lib/grub/${grub}/gcd${efi}.efi.signed`]: 'grub' }),
    own('systemd-boot-efi', '252.39-1', { [`./usr/lib/systemd/boot/efi/linux${efi}.efi.stub`]: 'stub' }),
    shared('isolinux', '3:6.04', {
      './usr/lib/ISOLINUX/isolinux.bin': 'isolinux',
      './usr/lib/ISOLINUX/isohdpfx.bin': Buffer.alloc(432),
    }),
    shared('syslinux-common', '3:6.04', {
      './usr/lib/syslinux/modules/bios/ldlinux.c32': 'ldlinux',
      './usr/lib/syslinux/mbr/mbr.bin': Buffer.alloc(440, 1),
      './usr/lib/syslinux/mbr/gptmbr.bin': Buffer.alloc(440, 2),
    }),
    own('syslinux', '3:6.04', { './usr/bin/syslinux': 'installer' }),
    own('busybox-static', '1:1.35.0-4', { './bin/busybox': 'busybox' }),
    ...Object.entries(PROGRAMS)
      .filter(([name]) => name !== 'ntfs-3g')
      .map(([name, paths]) =>
        own(name, VERSIONS[name] ?? '1.0', Object.fromEntries(paths.map(path => [`./usr/${path}`, program])), 'libc6'),
      ),
    shared('console-data', '2:1.12-9', { './usr/share/keymaps/i386/qwerty/us.kmap.gz': 'us' }),
    own(
      'ntfs-3g',
      '1:2022.10.3-1',
      { './bin/ntfs-3g': 'library', './bin/ntfs-3g.probe': program, './sbin/mkntfs': program },
      'libntfs-3g89 (= 1:2022.10.3-1), libc6',
    ),
    own('libntfs-3g89', '1:2022.10.3-1', { [`./usr/lib/${triplet}/libntfs-3g.so.89`]: 'library' }),
    own('libc6', '2.36-9', {
      [`./lib/${triplet}/libc.so.6`]: 'library',
      [`./lib/${triplet}/${loader}`]: 'library',
    }),
    own('libstdc++6', '12.2.0-14', {
      [`./usr/lib/${triplet}/libstdc++.so.6`]: { link: 'libstdc++.so.6.0.30' },
      [`./usr/lib/${triplet}/libstdc++.so.6.0.30`]: 'library',
    }),
    own('libgcc-s1', '12.2.0-14', { [`./lib/${triplet}/libgcc_s.so.1`]: 'library' }),
    own('libatomic1', '12.2.0-14', { [`./usr/lib/${triplet}/libatomic.so.1`]: 'library' }),
  ]
}
