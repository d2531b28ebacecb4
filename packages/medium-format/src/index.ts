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
} from './content/content.ts'
export { CONTENT_KEY_SIZE, decrypted, encrypted, encryptedSize, openEncrypted } from './content/encrypted.ts'
export { decodeSet, encodeSet, type MediumSet, piecePath, SET_LIMIT, SET_PATH } from './content/medium-set.ts'
export {
  type Descriptor,
  decodeDescriptor,
  encodeDescriptor,
  formatDate,
  KEYBOARD_PATTERN,
  LABEL_LIMIT,
} from './document/descriptor.ts'
export { MediumError, type MediumErrorCode } from './document/medium-error.ts'
export {
  DESCRIPTOR_PATH,
  ENVIRONMENT_PATH,
  MANIFEST_PATH,
  MEDIA_LABEL_PATH,
  PRESTART_FOLDER,
  SEALED_ENVIRONMENT_PATH,
  SIGNATURE_PATH,
  STEPS_PATH,
} from './document/paths.ts'
export {
  type ClientCertificate,
  decodeEnvironment,
  ENVIRONMENT_BLOCK,
  type Environment,
  encodeEnvironment,
} from './environment/environment.ts'
export { openWithPassword, sealedSize, sealWithPassword } from './environment/sealed.ts'
export {
  isReadOnlyVariable,
  VARIABLE_NAME_PATTERN,
  VARIABLE_VALUE_LIMIT,
  type Variable,
  variableKey,
} from './environment/variables.ts'
export {
  decodeManifest,
  encodeManifest,
  MANIFEST_LIMIT,
  type Manifest,
  type ManifestEntry,
} from './manifest/manifest.ts'
export { decodeTrust, encodeTrust, TRUST_PATH, type Trust } from './manifest/trust.ts'
export {
  commandLines,
  PREPARE_COMMAND_PATH,
  START_COMMAND_PATH,
  type StartCommand,
  startCommand,
} from './start-command.ts'
