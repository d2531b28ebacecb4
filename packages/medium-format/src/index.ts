export {
  CONTENT_FOLDER,
  CONTENT_INDEX_PATH,
  CONTENT_KINDS,
  type ContentFile,
  type ContentItem,
  contentBlobPath,
  encodeContent,
  type ReadDocument,
  readContent,
} from './content.ts'
export {
  type Descriptor,
  decodeDescriptor,
  encodeDescriptor,
  formatDate,
  KEYBOARD_PATTERN,
  LABEL_LIMIT,
} from './descriptor.ts'
export { CONTENT_KEY_SIZE, decrypted, encrypted, encryptedSize, openEncrypted } from './encrypted.ts'
export {
  type ClientCertificate,
  decodeEnvironment,
  ENVIRONMENT_BLOCK,
  type Environment,
  encodeEnvironment,
} from './environment.ts'
export { MediumError, type MediumErrorCode } from './errors.ts'
export { decodeManifest, encodeManifest, MANIFEST_LIMIT, type Manifest, type ManifestEntry } from './manifest.ts'
export {
  DESCRIPTOR_PATH,
  ENVIRONMENT_PATH,
  MANIFEST_PATH,
  MEDIA_LABEL_PATH,
  PRESTART_FOLDER,
  SEALED_ENVIRONMENT_PATH,
  SIGNATURE_PATH,
  STEPS_PATH,
} from './paths.ts'
export { openWithPassword, sealedSize, sealWithPassword } from './sealed.ts'
export { decodeSet, encodeSet, type MediumSet, piecePath, SET_LIMIT, SET_PATH } from './set.ts'
export {
  commandLines,
  PREPARE_COMMAND_PATH,
  START_COMMAND_PATH,
  type StartCommand,
  startCommand,
} from './start-command.ts'
export { decodeTrust, encodeTrust, TRUST_PATH, type Trust } from './trust.ts'
export {
  isReadOnlyVariable,
  VARIABLE_NAME_PATTERN,
  VARIABLE_VALUE_LIMIT,
  type Variable,
  variableKey,
} from './variables.ts'
