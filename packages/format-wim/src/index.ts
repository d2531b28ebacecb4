export type { WimPlan } from './assemble.ts'
export type { BlobStore, DigestMemory } from './blob-store.ts'
export type { WimBlob } from './blobs.ts'
export type { Compression } from './codec/codec.ts'
export { type CreateOptions, createWim } from './create-wim.ts'
export { WimError, type WimErrorCode, type WimErrorPlace, type WimStructure } from './error.ts'
export { type ExportOptions, exportImages } from './export-images.ts'
export { type ExtractOptions, extractImage, type NotExtracted } from './extract-image.ts'
export type { WimHeader } from './header.ts'
export { imageEntries } from './image-entries.ts'
export {
  FILE_ATTRIBUTE,
  type WalkedFile,
  type WimFile,
  type WimImageTree,
  type WimReparsePoint,
  type WimStream,
  walk,
} from './image-tree.ts'
export { type ImageChange, type NewImage, type PatchOptions, patchWim, type WimPatch } from './patch-wim.ts'
export { readImage, readWim, type Wim } from './read-wim.ts'
export type { ResourceHeader } from './resource-header.ts'
export { splitWim } from './split-wim.ts'
export { type VerifyOptions, verifyWim, type WimFault } from './verify-wim.ts'
export type { ImageWords, WimImageInfo, WimXml } from './xml.ts'
