export type { Compression } from './codec/codec.ts'
export { WimError, type WimErrorCode, type WimErrorPlace, type WimStructure } from './error.ts'
export { type CreateOptions, createWim } from './patch/create-wim.ts'
export { type ImageChange, type NewImage, type PatchOptions, patchWim, type WimPatch } from './patch/patch-wim.ts'
export type { WimBlob } from './read/blobs.ts'
export { type ExtractOptions, extractImage, type NotExtracted } from './read/extract-image.ts'
export { imageEntries } from './read/image-entries.ts'
export { readImage, readWim, type Wim } from './read/read-wim.ts'
export { type VerifyOptions, verifyWim, type WimFault } from './read/verify-wim.ts'
export type { WimHeader } from './structures/header.ts'
export {
  FILE_ATTRIBUTE,
  type WalkedFile,
  type WimFile,
  type WimImageTree,
  type WimReparsePoint,
  type WimStream,
  walk,
} from './structures/image-tree.ts'
export type { ResourceHeader } from './structures/resource-header.ts'
export type { ImageWords, WimImageInfo, WimXml } from './structures/xml.ts'
export type { WimPlan } from './write/assemble.ts'
export type { BlobStore, DigestMemory } from './write/blob-store.ts'
export { type ExportOptions, exportImages } from './write/export-images.ts'
export { splitWim } from './write/split-wim.ts'
