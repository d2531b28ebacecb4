import type { Architecture, LinuxChoice, LinuxKernel, LinuxPackage } from '@bootwright/api'
import { parseDepends, type Stanza } from './control.ts'
import { DebianError } from './errors.ts'

/** Debian's names for an architecture. */
interface DebianArchitecture {
  readonly name: string
  /** In the names of EFI programs: `shimx64.efi`. */
  readonly efi: string
  /** Folder of shared libraries below `lib`. */
  readonly triplet: string
  /** Folder of signed GRUB programs below `lib/grub`. */
  readonly grub: string
}
export const DEBIAN_ARCHITECTURES: Readonly<Record<Architecture, DebianArchitecture>> = {
  x64: { name: 'amd64', efi: 'x64', triplet: 'x86_64-linux-gnu', grub: 'x86_64-efi-signed' },
  arm64: { name: 'arm64', efi: 'aa64', triplet: 'aarch64-linux-gnu', grub: 'arm64-efi-signed' },
}

export const KERNELS: Readonly<Record<string, LinuxKernel>> = {
  generic: {},
  cloud: {
    limitation:
      'drives neither USB nor AHCI: the medium starts in virtual machines only. For physical computers, remove `kernel`',
  },
}

/** The package of one kernel, as opposed to a meta package. */
export const KERNEL_PACKAGE: RegExp = /^linux-image-\d/

/** The meta package that depends on the newest kernel of its kind. */
export const kernelMetaPackage = ({ kernel, architecture }: LinuxChoice): string =>
  `linux-image-${kernel === 'cloud' ? 'cloud-' : ''}${DEBIAN_ARCHITECTURES[architecture].name}`

/** What is resolved: the meta package of the kernel, and the packages whose names have no version in them. */
export const requestedPackages = (choice: LinuxChoice): readonly string[] => [
  kernelMetaPackage(choice),
  ...basePackages(choice.architecture),
]

/** Everything except the kernel and the libraries whose package names contain a version. */
export function basePackages(architecture: Architecture): readonly string[] {
  const { name } = DEBIAN_ARCHITECTURES[architecture]
  const bios = architecture === 'x64' ? ['isolinux', 'syslinux', 'syslinux-common'] : []
  const loaders = ['shim-signed', `shim-helpers-${name}-signed`, `grub-efi-${name}-signed`, 'systemd-boot-efi', ...bios]
  return [
    ...loaders,
    'busybox-static',
    'console-data',
    ...Object.keys(PROGRAMS),
    // Libraries of the Node runtime.
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
  ]
}

/** Programs by package; the shared libraries that they need are added. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  // `script` gives prestart commands and shells their own terminal.
  bsdutils: ['bin/script'],
  kbd: ['bin/loadkeys', 'bin/kbd_mode', 'bin/setfont'],
  fdisk: ['sbin/sfdisk'],
  // The blkid of busybox does not support PARTUUID.
  'util-linux': ['sbin/blkid', 'sbin/wipefs'],
  e2fsprogs: ['sbin/mke2fs', 'sbin/e2fsck', 'sbin/resize2fs'],
  dosfstools: ['sbin/mkfs.fat'],
  exfatprogs: ['sbin/mkfs.exfat'],
  'ntfs-3g': ['bin/ntfs-3g', 'bin/ntfs-3g.probe', 'sbin/mkntfs'],
  wimtools: ['bin/wimlib-imagex'],
  // The mount of busybox does not read passwords from a file.
  'cifs-utils': ['sbin/mount.cifs'],
  'nfs-common': ['sbin/mount.nfs'],
  // Starts the system on the disk, where a BIOS would start the medium again.
  'kexec-tools': ['sbin/kexec'],
}

/** The kernel package that a meta package depends on, as `name=version`. Throws {@link DebianError} `PACKAGE_UNKNOWN`. */
export function kernelPackage(stanzas: readonly Stanza[], metaPackage: string): string {
  const depends = parseDepends(stanzas.find(stanza => stanza.get('package') === metaPackage)?.get('depends') ?? '')
  const found = depends.find(({ name }) => KERNEL_PACKAGE.test(name))
  if (!found)
    throw new DebianError(
      'PACKAGE_UNKNOWN',
      metaPackage,
      `${metaPackage} does not depend on a kernel package; expected a dependency linux-image-VERSION, found ${depends.map(each => each.name).join(', ')}`,
    )
  return found.version ? `${found.name}=${found.version}` : found.name
}

/** Whether a package contains shared libraries, by Debian's naming: `libc6`, `zlib1g`. */
export const isLibraryPackage = (name: string): boolean => /^(lib|zlib)/.test(name)

/**
 * Library packages that the given packages depend on, by name, with the version where an exact one is required. Which libraries end up in
 * the boot image depends on the programs in it.
 */
export function libraryPackages(stanzas: readonly Stanza[]): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  const fields = stanzas.flatMap(stanza => [stanza.get('depends'), stanza.get('pre-depends')])
  for (const { name, version } of fields.flatMap(field => parseDepends(field ?? '')))
    if (isLibraryPackage(name)) found.set(name, found.get(name) ?? version)
  return found
}

/** Converts one paragraph of `apt-cache show`. Throws {@link DebianError} `PACKAGE_UNKNOWN` when a field is missing. */
export function packageOf(stanza: Stanza): LinuxPackage {
  const name = stanza.get('package') ?? '(without a name)'
  const field = (key: string): string => {
    const value = stanza.get(key)
    if (!value)
      throw new DebianError(
        'PACKAGE_UNKNOWN',
        name,
        `apt-cache shows no ${key} for ${name}: the package is not available from the configured sources; add Debian's main archive to the sources of apt`,
      )
    return value
  }
  return { name, version: field('version'), architecture: field('architecture'), sha256: field('sha256') }
}
