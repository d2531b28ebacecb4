import type { Bytes, Tree } from '@bootwright/bytes'

/** Recognises and opens images of one carrier, for `bootwright inspect`. Contributed under the carrier's name: `iso`. */
export interface ImageReader {
  /** What is inside, or undefined when this is no image of that carrier. Throws when it is one, but broken. */
  open(bytes: Bytes): Promise<OpenedImage | undefined>
}
export interface OpenedImage {
  /** `ISO 9660 with Joliet and Rock Ridge`. */
  readonly carrier: string
  readonly label: string
  readonly tree: Tree
  /** How it starts: `BIOS (El Torito, no emulation)`. */
  readonly boot: readonly string[]
  /** More facts worth showing, in order. */
  readonly facts: Readonly<Record<string, string>>
}
