import type { Bytes, Tree } from '@bootwright/bytes'
import type { Architecture } from './definition.ts'
import type { BuildContext } from './hooks.ts'
import type { Log, Progress } from './report.ts'
import type { Schema } from './schema.ts'
import type { SignedDocument } from './signer.ts'
import type { Platform } from './step.ts'
import { type Token, token } from './token.ts'

/** Makes boot images of one family. Contributed under the name that a definition uses: `bootImage: { linux: { … } }`. */
export interface BootImageDriver<Options = unknown> {
  readonly schema: Schema<Options>
  /** The system that its images run; a task sequence is judged by it. */
  readonly platform: Platform
  /** Obtains everything that the image is made of. Throws when the image cannot be had for this architecture. */
  resolve(request: BootImageRequest<Options>): Promise<BootImage>
}

export interface BootImageRequest<Options = unknown> extends Pick<BuildContext, 'use' | 'names' | 'secret'> {
  readonly options: Options
  readonly architecture: Architecture
  /** Folder of the definition file: relative paths in the options are relative to it. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
}

/** A boot image that was obtained and can be put onto any number of media. */
export interface BootImage {
  /** For people: `Debian 12 linux 6.1.158-1 amd64`. */
  readonly description: string
  readonly architecture: Architecture
  /** Of its newest part, as its maker states it: the same on every machine. */
  readonly date: Date
  /** What it was made from, for a bill of materials. */
  readonly components?: readonly Component[] | undefined
  /** The files and loaders for one medium. */
  assemble(medium: MediumIdentity): Promise<BootFiles>
}

export interface Component {
  readonly name: string
  readonly version: string
  /** Package URL: `pkg:deb/debian/busybox-static@1.35.0-4?arch=amd64`. */
  readonly purl: string
  /** Of the package, lower-case hexadecimal. */
  readonly sha256?: string | undefined
}

export interface MediumIdentity {
  readonly id: string
  readonly label: string
  readonly date: Date
  /** For the agent, which expects it in the boot image as the file `/etc/bootwright/trust.json`: whose media it runs. */
  readonly trust: Uint8Array
  /**
   * Signs a program that firmware starts, when the definition names somebody for that (`bootSigner`): gives the message (CMS, DER) about an
   * Authenticode content.
   */
  readonly signProgram?: ((document: SignedDocument) => Promise<Uint8Array>) | undefined
}

/** What firmware needs, whatever the carrier. */
export interface BootFiles {
  /** Goes onto the medium beside its content. */
  readonly tree: Tree
  readonly bios?:
    | {
        /** Path of the El Torito no-emulation loader in `tree`. */
        readonly loader: string
        /**
         * Sectors of 512 bytes that the BIOS loads: all of the loader. Without, the loader is one that finds the rest of itself by a boot
         * information table: its bytes 8 to 63 are zeros, a carrier writes the table there, and a reader takes it out again.
         */
        readonly sectors?: number | undefined
        /** Code of the master boot record that starts the loader from a stick: 432 bytes of isohybrid code. */
        readonly mbrCode?: Uint8Array | undefined
        /** How a FAT volume starts. */
        readonly usb?: SyslinuxFiles | undefined
      }
    | undefined
  readonly uefi?:
    | {
        /** Content of the EFI system partition, beside what is in `tree`. */
        readonly systemPartition: Tree
        /** Path in `tree` of a FAT image that firmware starts from a disc, instead of one with the system partition. */
        readonly discImage?: string | undefined
      }
    | undefined
  /** True when what starts reads UDF from a disc. */
  readonly readsUdf?: boolean | undefined
}

/** SYSLINUX for a FAT volume, as its installer has it. The carrier writes into both where it put them; a reader takes that out again. */
export interface SyslinuxFiles {
  /** Path of `ldlinux.sys` in the tree, with room for the auxiliary data vector behind; `ldlinux.c32` and the menu stand beside it. */
  readonly loader: string
  /** 512 bytes, of which the jump, the name and the code are taken. */
  readonly bootSector: Uint8Array
  /** Code of the master boot record that starts the active partition: 440 bytes each, for an MBR and for a GPT. */
  readonly mbrCode: { readonly mbr: Uint8Array; readonly gpt: Uint8Array }
}

/**
 * What a boot image needs so that the agent runs in it. Provided by the agent's package. The image starts the bundle with the runtime as its
 * main program, on these terms:
 * - Which medium was started: on Linux `bootwright.medium=ID` on the kernel's command line (`/proc/cmdline`), on Windows `BOOTWRIGHT_MEDIUM`.
 * - On Linux `BOOTWRIGHT_CONSOLES` names the terminals for people, parted by `:`; on Windows it is the console that it was started in.
 * - `bootwright-keyboard NAME` on the PATH (a `.cmd` on Windows) loads a keyboard map, or fails saying why.
 * - It ends with one of {@link AGENT_EXIT_CODES}; any other code is a failure, which people should have time to read.
 */
export interface AgentProvider {
  /** The agent as one JavaScript module (ESM, for the runtime below), the same for the same version and steps. */
  bundle(request: { readonly signal: AbortSignal }): Promise<Bytes>
  /** The programs of steps, by the file URLs of their modules, as one module whose default export has them by name. */
  steps(request: { readonly modules: Readonly<Record<string, string>>; readonly signal: AbortSignal }): Promise<Bytes>
  /** The executable of the Node runtime for the target computer, without symbols. */
  runtime(request: {
    readonly platform: 'linux' | 'win'
    readonly architecture: Architecture
  }): Promise<{ readonly version: string; readonly executable: Bytes }>
}
export const AgentProvider: Token<AgentProvider> = token('agent-provider')

/** How the agent tells what the computer shall do next. */
export const AGENT_EXIT_CODES: { readonly reboot: 10; readonly powerOff: 11 } = Object.freeze({
  reboot: 10,
  powerOff: 11,
})
