export { addContent } from './content.ts'
export { checkContent } from './content-check.ts'
export {
  type ContentOptions,
  contentOptions,
  type OperatingSystemImageOptions,
  type RequiredContent,
  requiredContents,
} from './content-options.ts'
export { certificateOf } from './environment.ts'
export type { MediaParts } from './media-parts.ts'
export { siteMedia, startedMedia } from './started-media.ts'
export { addSteps } from './steps-module.ts'
export {
  checkSequence,
  contentsOfSequence,
  openSequence,
  packageSequence,
  type SequenceOnMedium,
} from './task-sequence.ts'
export { type EstablishedType, revealedVariables } from './variables.ts'
