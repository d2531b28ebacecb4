export { addContent } from './content.ts'
export { checkContent } from './content-check.ts'
export {
  type ContentOptions,
  type ContentSourceOptions,
  contentOptions,
  type OperatingSystemImageOptions,
} from './content-options.ts'
export { siteMedia } from './site-media.ts'
export type { EstablishedType } from './variables.ts'
