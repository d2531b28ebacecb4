import { basename } from 'node:path'
import type { Architecture, LinuxFile, LinuxLayout, LinuxPackage } from '@bootwright/api'
import { DebianError } from './errors.ts'
import { KEYMAP_FOLDERS, LAYOUTS } from './keymaps.ts'
import { DEBIAN_ARCHITECTURES, isLibraryPackage, KERNEL_PACKAGE, PROGRAMS } from './package-list.ts'

/** Where the parts of a boot image are in the packages of Debian 12. Throws {@link DebianError} `PACKAGE_UNKNOWN` without a kernel. */
export function layoutOf(packages: readonly LinuxPackage[], architecture: Architecture): LinuxLayout {
  const { name: debianName, efi, triplet, grub } = DEBIAN_ARCHITECTURES[architecture]
  const kernel = packages.find(({ name }) => KERNEL_PACKAGE.test(name))
  if (!kernel)
    throw new DebianError(
      'PACKAGE_UNKNOWN',
      'linux-image',
      'the pinned package list contains no linux-image package; run `bootwright build --update` to resolve the packages again',
    )
  const release = kernel.name.replace('linux-image-', '')
  const names = packages.map(({ name }) => name)
  return {
    kernel: {
      release,
      package: kernel,
      image: file(kernel.name, `boot/vmlinuz-${release}`),
      modules: { packages: [kernel.name], folder: `lib/modules/${release}` },
    },
    uefi: {
      grub: file(`grub-efi-${debianName}-signed`, `lib/grub/${grub}/gcd${efi}.efi.signed`),
      menu: 'boot/grub/grub.cfg',
      folder: 'EFI/debian',
      shim: file('shim-signed', `lib/shim/shim${efi}.efi.signed`),
      mokManager: file(`shim-helpers-${debianName}-signed`, `lib/shim/mm${efi}.efi.signed`),
      stub: file('systemd-boot-efi', `lib/systemd/boot/efi/linux${efi}.efi.stub`),
    },
    bios: architecture === 'x64' ? BIOS : undefined,
    programs: PROGRAM_FILES,
    libraries: { packages: names.filter(isLibraryPackage), folder: `lib/${triplet}` },
    keymaps: {
      package: 'console-data',
      folder: 'share/keymaps/i386',
      subfolders: KEYMAP_FOLDERS,
      extension: 'kmap',
      layouts: LAYOUTS,
    },
  }
}

const file = (name: string, path: string): LinuxFile => ({ package: name, path })

const BIOS: LinuxLayout['bios'] = {
  isolinux: file('isolinux', 'lib/ISOLINUX/isolinux.bin'),
  isohybrid: file('isolinux', 'lib/ISOLINUX/isohdpfx.bin'),
  ldlinux: file('syslinux-common', 'lib/syslinux/modules/bios/ldlinux.c32'),
  syslinux: file('syslinux', 'bin/syslinux'),
  mbr: file('syslinux-common', 'lib/syslinux/mbr/mbr.bin'),
  gptMbr: file('syslinux-common', 'lib/syslinux/mbr/gptmbr.bin'),
}

const PROGRAM_FILES: Readonly<Record<string, LinuxFile>> = Object.fromEntries([
  ...Object.entries(PROGRAMS).flatMap(([name, paths]) =>
    paths.map(path => [basename(path), file(name, path)] as const),
  ),
  ['busybox', file('busybox-static', 'bin/busybox')],
])
