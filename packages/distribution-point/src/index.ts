export { type Artifact, artifactOf, readArtifact, readArtifacts, referencedBlobs, tagOf } from './artifact.ts'
export { type BlobStore, openBlobStore } from './blob-store.ts'
export type { ContentStore, Manifest } from './content-store.ts'
export { folderStore } from './folder-store.ts'
export { registryStore } from './registry-store.ts'
export {
  type BlobTotals,
  copyArtifacts,
  type Fault,
  putManifests,
  removeArtifacts,
  verifyArtifacts,
} from './transfer.ts'
