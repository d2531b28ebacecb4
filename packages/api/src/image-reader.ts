import type { Bytes, Tree } from '@bootwright/bytes'

/** Recognises and opens images of one format, for `bootwright inspect`. Contributed under the format's name: `iso`. */
export interface ImageReader {
  /** Undefined when the image is not of this format. Throws when it is, but damaged. */
  open(bytes: Bytes): Promise<OpenedImage | undefined>
}
export interface OpenedImage {
  /** `ISO 9660 with Joliet and Rock Ridge`. */
  readonly format: string
  readonly label: string
  /** The files of the medium as the target received them, without what the format changed or added. */
  readonly tree: Tree
  /** Files of the EFI system partition, if it is separate from the medium. */
  readonly systemPartition?: Tree | undefined
  /** The ways it boots: `BIOS (El Torito, no emulation)`. */
  readonly boot: readonly string[]
  /** More facts worth showing, in order. */
  readonly facts: Readonly<Record<string, string>>
}
