import type { Bytes, Tree } from '@bootwright/bytes'

/** Recognises and opens images of one carrier, for `bootwright inspect`. Contributed under the carrier's name: `iso`. */
export interface ImageReader {
  /** What is inside, or undefined when this is no image of that carrier. Throws when it is one, but broken. */
  open(bytes: Bytes): Promise<OpenedImage | undefined>
}
export interface OpenedImage {
  /** `ISO 9660 with Joliet and Rock Ridge`. */
  readonly format: string
  readonly label: string
  /** The files of the medium as the target got them: what the carrier changed in them, or added, is left out. */
  readonly tree: Tree
  /** What is in the EFI system partition, when that is not the medium itself. */
  readonly systemPartition?: Tree | undefined
  /** How it starts: `BIOS (El Torito, no emulation)`. */
  readonly boot: readonly string[]
  /** More facts worth showing, in order. */
  readonly facts: Readonly<Record<string, string>>
}
