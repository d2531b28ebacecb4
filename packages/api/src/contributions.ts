import type { BootImageDriver } from './boot-image.ts'
import type { ContentSource } from './content.ts'
import type { ImageReader } from './image-reader.ts'
import type { MediaType } from './media-type.ts'
import type { Signer } from './signer.ts'
import type { Step } from './step.ts'
import type { Target } from './target.ts'

// biome-ignore lint/suspicious/noExplicitAny: options are judged at run time by the contribution's own schema
type Any = any

/** Every kind of thing that a plugin may add. Merge into this interface to open a new kind. */
export interface Contributions {
  readonly mediaType: MediaType<Any>
  readonly bootImage: BootImageDriver<Any>
  readonly contentSource: ContentSource
  readonly signer: Signer<Any>
  readonly target: Target<Any>
  readonly imageReader: ImageReader
  readonly step: Step<Any>
}
export type Kind = keyof Contributions
