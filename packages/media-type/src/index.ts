export { siteMedia } from './site-media.ts'
export type { EstablishedType } from './variables.ts'
