import type { Architecture } from './definition.ts'
import type { Log } from './report.ts'

/**
 * A Linux distribution that boot images are built from. Contributed under the name that a definition uses: `bootImage: { linux: {
 * distribution: debian } }`. It resolves packages, opens them and states where their parts are; the boot image `linux` assembles the parts.
 * Errors thrown by any method fail the build and are attributed to the plugin; they name the package and the remedy.
 */
export interface LinuxDistribution {
  /** For people: `Debian`. */
  readonly title: string
  /** Incremented whenever equal packages yield another layout or other file contents: boot images built before are then built again. */
  readonly formatVersion: number
  /** Kernels by the name that a definition uses (`kernel: cloud`). The first one is the default; there is at least one. */
  readonly kernels: Readonly<Record<string, LinuxKernel>>
  /** Names of the packages that {@link resolve} starts from. Pinned versions are resolved again when this list changes. */
  packageNames(choice: LinuxChoice): readonly string[]
  /**
   * The packages of a boot image at their current versions, dependencies included, sorted by name. The result is stored as JSON beside the
   * definition and used by later builds. Throws when a package is unknown or the package tools are missing.
   */
  resolve(choice: LinuxChoice, request: LinuxRequest): Promise<readonly LinuxPackage[]>
  /** Where the parts of a boot image are in these packages. Calculated from the list alone. Throws when the list contains no kernel. */
  layout(packages: readonly LinuxPackage[], architecture: Architecture): LinuxLayout
  /**
   * Obtains exactly these packages and verifies the digest of each. Throws when a version is no longer available, or when a package of the
   * same version has other content.
   */
  open(
    packages: readonly LinuxPackage[],
    architecture: Architecture,
    request: LinuxRequest,
  ): Promise<OpenedLinuxPackages>
  /** Package URL, for the bill of materials: `pkg:deb/debian/kbd@2.5.1-1?arch=amd64`. */
  packageUrl(entry: LinuxPackage): string
}

/** One of a distribution's kernels. */
export interface LinuxKernel {
  /** What a medium with this kernel cannot do, shown as a warning: `drives neither USB nor AHCI: …`. */
  readonly limitation?: string | undefined
}

export interface LinuxChoice {
  /** A name among {@link LinuxDistribution.kernels}. */
  readonly kernel: string
  /** Architecture of the computer that starts; the build machine may have another one. */
  readonly architecture: Architecture
}

export interface LinuxRequest {
  readonly signal: AbortSignal
  readonly log: Log
}

/** A package at one version. Plain JSON. */
export interface LinuxPackage {
  readonly name: string
  readonly version: string
  /** In the distribution's words: `amd64`, `all`, `noarch`. */
  readonly architecture: string
  /** SHA-256 of the package file, lower-case hexadecimal. */
  readonly sha256: string
}

/** Packages that were obtained and verified. Disposed when the boot image is built or the build fails. */
export interface OpenedLinuxPackages extends AsyncDisposable {
  /** Reads the files and symbolic links of the package `name` that `isWanted` accepts by path. Throws when the package is damaged. */
  read(name: string, isWanted: (path: string) => boolean): Promise<LinuxPackageFiles>
}

export interface LinuxPackageFiles {
  /**
   * By path relative to the root, without a leading `usr/`, because distributions and releases differ in what is below `/usr`: `bin/kexec`,
   * `lib/modules/6.1.0-41-amd64/modules.builtin`. Contents are decompressed as far as the package format compresses, no further.
   */
  readonly entries: ReadonlyMap<string, LinuxPackageEntry>
  /** Time stamp of the newest file of the package, whether accepted or not: the same on every build machine. */
  readonly date: Date
}

export type LinuxPackageEntry =
  | { readonly kind: 'file'; readonly data: Uint8Array; readonly isExecutable: boolean }
  | { readonly kind: 'link'; readonly target: string }

/** A file of a package. `path` as in {@link LinuxPackageFiles.entries}. */
export interface LinuxFile {
  readonly package: string
  readonly path: string
}

/** Where the parts of a boot image are. All paths are as in {@link LinuxPackageFiles.entries}; folders have no trailing slash. */
export interface LinuxLayout {
  readonly kernel: {
    /** As `uname -r` prints it: `6.1.0-41-amd64`. */
    readonly release: string
    /** The package whose name and version describe the boot image. */
    readonly package: LinuxPackage
    /** The compressed kernel, signed for Secure Boot where the distribution signs it. */
    readonly image: LinuxFile
    /** Packages with modules: uncompressed `.ko` files and `modules.builtin` below `folder`. */
    readonly modules: { readonly packages: readonly string[]; readonly folder: string }
  }
  readonly uefi: {
    /** GRUB as an EFI program that includes the modules for ISO 9660, FAT and `search`. */
    readonly grub: LinuxFile
    /** Where this GRUB reads its menu on the volume that it was started from: `boot/grub/grub.cfg`. */
    readonly menu: string
    /** Folder of shim and GRUB when another program takes `EFI/BOOT`: `EFI/debian`. */
    readonly folder: string
    readonly shim?: LinuxFile | undefined
    /** The key manager that belongs to shim. */
    readonly mokManager?: LinuxFile | undefined
    /** The stub of systemd, for unified kernel images. */
    readonly stub?: LinuxFile | undefined
  }
  /** SYSLINUX, all of one release; absent where computers have no BIOS. */
  readonly bios?:
    | {
        /** `isolinux.bin`. */
        readonly isolinux: LinuxFile
        /** `isohdpfx.bin`. */
        readonly isohybrid: LinuxFile
        /** `ldlinux.c32`. */
        readonly ldlinux: LinuxFile
        /** The installer, which contains boot sector and core for FAT volumes. */
        readonly syslinux: LinuxFile
        /** `mbr.bin`. */
        readonly mbr: LinuxFile
        /** `gptmbr.bin`. */
        readonly gptMbr: LinuxFile
      }
    | undefined
  /**
   * Programs by name. Required: a `busybox` with the applets of the init script, and `loadkeys`, `kbd_mode` and `node`'s libraries below. The
   * agent uses those of `sfdisk`, `mke2fs`, `mkfs.fat`, `wimlib-imagex`, `kexec` and others that are present.
   */
  readonly programs: Readonly<Record<string, LinuxFile>>
  /** Packages with shared libraries in `folder`, which the dynamic loader searches. Only those that a program or Node needs are included. */
  readonly libraries: { readonly packages: readonly string[]; readonly folder: string }
  /** Keymaps for PC keyboards, as gzip files named `NAME.EXTENSION.gz` in `folder` and `subfolders`, where `loadkeys` searches them. */
  readonly keymaps: {
    readonly package: string
    readonly folder: string
    readonly subfolders: readonly string[]
    /** `kmap` or `map`. */
    readonly extension: string
    /** Keymap names by the layout names of X and installers: `{ be: 'be-latin1' }`. A layout takes precedence over a keymap of its name. */
    readonly layouts: Readonly<Record<string, string>>
  }
}
