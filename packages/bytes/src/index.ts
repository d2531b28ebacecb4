export { type Bytes, type Computation, RangeOutsideError, type Segment } from './bytes.ts'
export { computed } from './computed.ts'
export { digest, type HashName } from './digest.ts'
export { type DigestManyOptions, digestMany } from './digest-many.ts'
export { BytesError, type BytesErrorCode } from './errors.ts'
export { fingerprint } from './fingerprint.ts'
export { fromFolder } from './folder.ts'
export { openReader, type Reader, read, readText } from './read.ts'
export { lookAt, type SourceFile } from './source-file.ts'
export { empty, fromDevice, fromFile, fromMemory, fromSource, zeros } from './sources.ts'
export { chunks } from './stream.ts'
export {
  type Change,
  type Entry,
  type FileEntry,
  type FolderEntry,
  type LinkEntry,
  type SortedEntry,
  sortTree,
  type Tree,
} from './tree.ts'
export { isIncomplete, type Range, type Updated, type UpdateOptions, updateFile, updateSize } from './update.ts'
export { concat, cut, overlay, type Patch, padTo, padToMultiple, slice } from './views.ts'
export { type WriteOptions, type Written, writeFile, writeStream } from './write.ts'
