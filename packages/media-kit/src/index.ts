export { addContent } from './content.ts'
export { checkContent } from './content-check.ts'
export {
  type Asked,
  asked,
  type ContentOptions,
  contentOptions,
  type OperatingSystemImageOptions,
} from './content-options.ts'
export { certificateOf } from './environment.ts'
export { type OwnParts, siteMedia, startedMedia } from './started-media.ts'
export { addSteps } from './steps-module.ts'
export { askedBy, checkSequence, openSequence, packageSequence, type SequenceOnMedium } from './task-sequence.ts'
export { type EstablishedType, revealedVariables } from './variables.ts'
