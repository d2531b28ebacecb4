import type { Bytes, Range, Tree } from '@bootwright/bytes'
import type { BootFiles } from './boot-image.ts'
import type { SecretReference } from './hooks.ts'
import type { MediumAbout } from './media-type.ts'
import type { Log, Progress } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret } from './secret.ts'

/** Carries a medium somewhere. Contributed under the name that a definition uses: `targets: [{ iso: { … } }]`. */
export interface Target<Options = unknown> {
  readonly schema: Schema<Options>
  /**
   * Absolute paths of the files that `write` makes, so that clashes are found before any work. A target that writes elsewhere returns none.
   */
  outputs(options: Options, request: { readonly folder: string }): readonly string[]
  /** Lays the medium out. Pure but for reading; nothing is written. */
  plan(request: TargetPlanRequest<Options>): Promise<Image> | Image
  /** Writes what was planned. */
  write(image: Image, request: TargetWriteRequest<Options>): Promise<readonly WrittenPart[]>
}

export interface TargetPlanRequest<Options = unknown> {
  readonly options: Options
  readonly folder: string
  readonly medium: FinishedMedium
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}
/** What whoever builds allows. */
export interface WriteChoices {
  /** Existing outputs may be replaced, once the new ones are complete. */
  readonly overwrite: boolean
  /** An existing output that holds an earlier build of the same medium is made the new one in place, by writing what differs. */
  readonly update: boolean
  /** Serial number of a disk (its path when it has none) whose content may be lost: the user has named it. */
  readonly erase?: string | undefined
  /** Asks the user; undefined when nobody is there. */
  readonly prompt?: ((question: string) => Promise<string>) | undefined
  /** False: what was written to a device is not read back. */
  readonly verify: boolean
  /** A bill of materials and a statement of provenance are written beside each image file. */
  readonly attest: boolean
}

export interface TargetWriteRequest<Options = unknown> extends WriteChoices {
  readonly options: Options
  readonly folder: string
  /** What is written, for a target that has to know more of it than it planned. */
  readonly medium: FinishedMedium
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}

/** A medium as every target gets it. */
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

/** What a target will write: exact, before it is written. */
export interface Image {
  readonly parts: readonly ImagePart[]
  /** Facts worth showing: `{ 'ISO 9660 label': 'LAB BOOT' }`. */
  readonly facts: Readonly<Record<string, string>>
}
export interface ImagePart {
  /** Absolute path, or what else names the place. */
  readonly destination: string
  readonly bytes: Bytes
  /** Where files of the medium lie in `bytes`, as they are in the tree, so that an update can leave alone what is the same. */
  readonly extents?: readonly { readonly path: string; readonly offset: number; readonly size: number }[] | undefined
  /** Zeros that belong to nothing: on a disk that was in use before, other bytes do no harm there. */
  readonly free?: readonly Range[] | undefined
}
export interface WrittenPart {
  readonly destination: string
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256?: string | undefined
  /** Bytes that were written, when what was there before was made the new one. */
  readonly updated?: number | undefined
}
