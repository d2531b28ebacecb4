import type { Bytes, Range, Tree } from '@bootwright/bytes'
import type { BootFiles } from './boot-image.ts'
import type { Log, Progress } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret, SecretReference } from './secret.ts'

/** Where a medium is written. Contributed under the name that a definition uses: `targets: [{ iso: { … } }]`. */
export interface Target<Options = unknown> {
  readonly schema: Schema<Options>
  /**
   * Absolute paths of the files that `write` creates, so that clashes are found early. Empty for a target that writes elsewhere.
   */
  outputs(options: Options, request: { readonly folder: string }): readonly string[]
  /** Lays out the medium. May read, but writes nothing. */
  plan(request: TargetPlanRequest<Options>): Promise<Image> | Image
  /** Writes the planned image. */
  write(image: Image, request: TargetWriteRequest<Options>): Promise<readonly WrittenPart[]>
}

export interface TargetPlanRequest<Options = unknown> {
  readonly options: Options
  readonly folder: string
  readonly medium: FinishedMedium
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}
/** What the user allows. */
export interface WriteChoices {
  /** Existing outputs may be replaced once the new ones are complete. */
  readonly overwrite: boolean
  /** An existing output with an earlier build of the same medium is updated in place: only changed ranges are written. */
  readonly update: boolean
  /** Serial number (or path, if it has none) of the disk that the user named to be erased. */
  readonly erase?: string | undefined
  /** Prompts the user; undefined when not interactive. */
  readonly prompt?: ((question: string) => Promise<string>) | undefined
  /** False: a device is not read back after writing. */
  readonly verify: boolean
  /** Write a bill of materials and a provenance statement beside each image file. */
  readonly attest: boolean
}

export interface TargetWriteRequest<Options = unknown> extends WriteChoices {
  readonly options: Options
  readonly folder: string
  /** The medium that is written, for targets that need more than their own plan. */
  readonly medium: FinishedMedium
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}

/** Words for people who find a medium. */
export interface MediumAbout {
  readonly createdBy?: string | undefined
  readonly version?: string | undefined
  readonly comment?: string | undefined
}

/** A medium as every target receives it. */
export interface FinishedMedium {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly label: string
  /** The one time stamp of everything on the medium. */
  readonly date: Date
  readonly canSpan: boolean
  readonly about?: MediumAbout | undefined
  readonly tree: Tree
  readonly boot: BootFiles | undefined
}

/** What a target will write, to the byte. */
export interface Image {
  readonly parts: readonly ImagePart[]
  /** Facts worth showing: `{ 'ISO 9660 label': 'LAB BOOT' }`. */
  readonly facts: Readonly<Record<string, string>>
}
export interface ImagePart {
  /** Absolute path, or another name of the destination. */
  readonly destination: string
  readonly bytes: Bytes
  /** Ranges of `bytes` that contain files of the tree unchanged, so that an update can skip equal ones. */
  readonly extents?: readonly { readonly path: string; readonly offset: number; readonly size: number }[] | undefined
  /** Unallocated ranges of zeros: on a disk that has been used before, other bytes are harmless there. */
  readonly free?: readonly Range[] | undefined
}
export interface WrittenPart {
  readonly destination: string
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256?: string | undefined
  /** Number of bytes written when an existing output was updated. */
  readonly updated?: number | undefined
}
