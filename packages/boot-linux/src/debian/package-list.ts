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
    // `script`, which gives prestart commands and shells a terminal of their own.
    'bsdutils',
    'kbd',
    'console-data',
    'ntfs-3g',
    'libc6',
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
  ]
}

/** What the kernel's meta package and ntfs-3g stand for: `name=version` each. */
export function dependentPackages(stanzas: readonly Stanza[], metaPackage: string): readonly string[] {
  const follow = (name: string, isIt: RegExp): string => {
    const depends = parseDepends(stanzas.find(stanza => stanza.get('package') === name)?.get('depends') ?? '')
    const found = depends.find(dependency => isIt.test(dependency.name))
    if (!found)
      throw new BootLinuxError(
        'PACKAGE_UNKNOWN',
        name,
        `${name} depends on no package like ${isIt.source}; found ${depends.map(each => each.name).join(', ')}`,
      )
    return found.version ? `${found.name}=${found.version}` : found.name
  }
  return [follow(metaPackage, /^linux-image-\d/), follow('ntfs-3g', /^libntfs-3g\d/)]
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
