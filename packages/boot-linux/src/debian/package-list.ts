import type { Architecture } from '@bootwright/api'
import { BootLinuxError } from '../errors.ts'
import { parseDepends, type Stanza } from './control.ts'

/** A package at the version that a boot image is made from. */
export interface Package {
  readonly name: string
  readonly version: string
  /** `amd64`, `arm64` or `all`. */
  readonly architecture: string
  /** Of the .deb file: lower-case hexadecimal. */
  readonly sha256: string
}

/** Debian's names for an architecture. */
export interface DebianArchitecture {
  readonly name: string
  /** In the names of EFI programs: `shimx64.efi`. */
  readonly efi: string
  /** Folder of the shared libraries. */
  readonly triplet: string
}
export const DEBIAN_ARCHITECTURES: Readonly<Record<Architecture, DebianArchitecture>> = {
  x64: { name: 'amd64', efi: 'x64', triplet: 'x86_64-linux-gnu' },
  arm64: { name: 'arm64', efi: 'aa64', triplet: 'aarch64-linux-gnu' },
}

/** The package that always depends on the newest kernel of its kind. */
export const kernelMetaPackage = (kernel: 'generic' | 'cloud', architecture: Architecture): string =>
  `linux-image-${kernel === 'cloud' ? 'cloud-' : ''}${DEBIAN_ARCHITECTURES[architecture].name}`

/** Everything but the kernel and the libraries whose package names carry a version. */
export function basePackages(architecture: Architecture): readonly string[] {
  const { name } = DEBIAN_ARCHITECTURES[architecture]
  const bios = architecture === 'x64' ? ['isolinux', 'syslinux', 'syslinux-common'] : []
  const loaders = ['shim-signed', `shim-helpers-${name}-signed`, `grub-efi-${name}-signed`, 'systemd-boot-efi', ...bios]
  return [
    ...loaders,
    'busybox-static',
    'console-data',
    ...Object.keys(PROGRAMS),
    // Of the Node runtime.
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
  ]
}

/** The programs that are taken from each package, below its `usr` or its root; with the libraries that they need. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  // `script` gives prestart commands and shells a terminal of their own.
  bsdutils: ['bin/script'],
  kbd: ['bin/loadkeys', 'bin/kbd_mode', 'bin/setfont'],
  fdisk: ['sbin/sfdisk'],
  // busybox's knows no PARTUUID.
  'util-linux': ['sbin/blkid', 'sbin/wipefs'],
  e2fsprogs: ['sbin/mke2fs', 'sbin/e2fsck', 'sbin/resize2fs'],
  dosfstools: ['sbin/mkfs.fat'],
  exfatprogs: ['sbin/mkfs.exfat'],
  'ntfs-3g': ['bin/ntfs-3g', 'bin/ntfs-3g.probe', 'sbin/mkntfs'],
  wimtools: ['bin/wimlib-imagex'],
  // busybox's knows no file with a password.
  'cifs-utils': ['sbin/mount.cifs'],
  'nfs-common': ['sbin/mount.nfs'],
  // Starts the system on the disk where a BIOS would start the medium again.
  'kexec-tools': ['sbin/kexec'],
}

/** The kernel that its meta package stands for: `name=version`. */
export function kernelPackage(stanzas: readonly Stanza[], metaPackage: string): string {
  const depends = parseDepends(stanzas.find(stanza => stanza.get('package') === metaPackage)?.get('depends') ?? '')
  const found = depends.find(({ name }) => /^linux-image-\d/.test(name))
  if (!found)
    throw new BootLinuxError(
      'PACKAGE_UNKNOWN',
      metaPackage,
      `${metaPackage} depends on no kernel; found ${depends.map(each => each.name).join(', ')}`,
    )
  return found.version ? `${found.name}=${found.version}` : found.name
}

/** Debian's names for them: libc6, zlib1g. */
export const isLibraryPackage = (name: string): boolean => /^(lib|zlib)/.test(name)

/**
 * The packages of libraries that these depend on, by name, with the version where only one will do. Which of them are needed is decided by
 * the programs that are taken.
 */
export function libraryPackages(stanzas: readonly Stanza[]): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  const fields = stanzas.flatMap(stanza => [stanza.get('depends'), stanza.get('pre-depends')])
  for (const { name, version } of fields.flatMap(field => parseDepends(field ?? '')))
    if (isLibraryPackage(name)) found.set(name, found.get(name) ?? version)
  return found
}

/** Reads one paragraph of `apt-cache show`. */
export function packageOf(stanza: Stanza): Package {
  const name = stanza.get('package') ?? '(without a name)'
  const field = (key: string): string => {
    const value = stanza.get(key)
    if (!value)
      throw new BootLinuxError(
        'PACKAGE_UNKNOWN',
        name,
        `apt says nothing of the ${key} of ${name}; it is not in the sources of apt`,
      )
    return value
  }
  return { name, version: field('version'), architecture: field('architecture'), sha256: field('sha256') }
}
