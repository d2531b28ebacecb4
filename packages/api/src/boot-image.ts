import type { Bytes, Tree } from '@bootwright/bytes'
import type { Architecture } from './definition.ts'
import type { SignedDocument } from './signer.ts'
import { type Token, token } from './token.ts'

/** A resolved boot image, which can be put onto any number of media. */
export interface BootImage {
  /** For people: `Debian 12 linux 6.1.158-1 amd64`. */
  readonly description: string
  readonly architecture: Architecture
  /** The date of its newest part, as published: the same on every machine. */
  readonly date: Date
  /** Its components, for a bill of materials. */
  readonly components?: readonly Component[] | undefined
  /** The files and loaders for one medium. */
  assemble(medium: MediumIdentity): Promise<BootFiles>
}

export interface Component {
  readonly name: string
  readonly version: string
  /** Package URL: `pkg:deb/debian/busybox-static@1.35.0-4?arch=amd64`. */
  readonly purl: string
  /** Digest of the package, lower-case hexadecimal. */
  readonly sha256?: string | undefined
}

export interface MediumIdentity {
  readonly id: string
  readonly label: string
  readonly date: Date
  /** Which media the agent runs. Belongs into the boot image as `/etc/bootwright/trust.json`. */
  readonly trust: Uint8Array
  /**
   * Signs a program that firmware starts, if the definition has a `bootSigner`: returns the CMS message (DER) for an Authenticode content.
   */
  readonly signProgram?: ((document: SignedDocument) => Promise<Uint8Array>) | undefined
}

/** What firmware needs, whatever the image format. */
export interface BootFiles {
  /** Files that are added to the medium. */
  readonly tree: Tree
  readonly bios?:
    | {
        /** Path of the El Torito no-emulation loader in `tree`. */
        readonly loader: string
        /**
         * Number of 512-byte sectors that the BIOS loads: the whole loader. If absent, the loader finds the rest of itself by a boot information
         * table: its bytes 8 to 63 are zeros, the image format writes the table there, and a reader removes it again.
         */
        readonly sectors?: number | undefined
        /** Code of the master boot record that starts the loader from a USB drive: 432 bytes of isohybrid code. */
        readonly mbrCode?: Uint8Array | undefined
        /** Boot files for a FAT volume. */
        readonly usb?: SyslinuxFiles | undefined
      }
    | undefined
  readonly uefi?:
    | {
        /** Files of the EFI system partition, in addition to `tree`. */
        readonly systemPartition: Tree
        /** Path in `tree` of a FAT image that firmware starts from a disc, instead of a generated one. */
        readonly discImage?: string | undefined
      }
    | undefined
  /** True if the boot image reads UDF from a disc. */
  readonly readsUdf?: boolean | undefined
}

/** SYSLINUX for a FAT volume, as its installer contains it. The writer patches locations into both files; a reader removes them again. */
export interface SyslinuxFiles {
  /** Path of `ldlinux.sys` in the tree, with space for the auxiliary data vector at its end; `ldlinux.c32` and the menu are beside it. */
  readonly loader: string
  /** 512 bytes, of which jump, name and code are used. */
  readonly bootSector: Uint8Array
  /** Code of the master boot record that starts the active partition: 440 bytes each, for an MBR and for a GPT. */
  readonly mbrCode: { readonly mbr: Uint8Array; readonly gpt: Uint8Array }
}

/**
 * What a boot image needs to run the agent; provided by `@bootwright/agent-bundle`. The image starts the bundle with the runtime as its main
 * program, under this contract:
 * - The id of the booted medium: on Linux `bootwright.medium=ID` on the kernel's command line (`/proc/cmdline`), on Windows `BOOTWRIGHT_MEDIUM`.
 * - On Linux `BOOTWRIGHT_CONSOLES` names the terminals for people, separated by `:`; on Windows, the console that it was started in is used.
 * - `bootwright-keyboard NAME` on the PATH (a `.cmd` on Windows) loads a keyboard map, or fails with a message.
 * - It exits with one of {@link AGENT_EXIT_CODES}; any other code is a failure, whose message should stay readable.
 */
export interface AgentProvider {
  /** The agent as one JavaScript module (ESM, for the runtime below), the same for the same version and steps. */
  bundle(request: { readonly signal: AbortSignal }): Promise<Bytes>
  /** The programs of steps as one module, whose default export contains them by name. `modules` are file URLs by step name. */
  steps(request: { readonly modules: Readonly<Record<string, string>>; readonly signal: AbortSignal }): Promise<Bytes>
  /** The Node executable for the computer, without symbols. */
  runtime(request: {
    readonly platform: 'linux' | 'win'
    readonly architecture: Architecture
  }): Promise<{ readonly version: string; readonly executable: Bytes }>
}
export const AgentProvider: Token<AgentProvider> = token('agent-provider')

/** Exit codes by which the agent requests the computer's next action. */
export const AGENT_EXIT_CODES: { readonly reboot: 10; readonly powerOff: 11 } = Object.freeze({
  reboot: 10,
  powerOff: 11,
})
