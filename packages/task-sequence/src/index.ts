export { compileSequence, type UsedContent, usedContents } from './compile.ts'
export { type CompiledNode, type CompiledSequence, compiledStep } from './compiled.ts'
export { type Condition, conditionSchema } from './condition.ts'
export {
  type ApplicationSource,
  CONTENTS_KEYS,
  type ContentSource,
  type Contents,
  contentName,
  contentSource,
  contentSources,
  contentsSchemas,
  NO_CONTENTS,
  type OperatingSystemImageSource,
  type PackageSource,
  SUCCESS_CODES,
} from './contents.ts'
export { type SequenceValidation, type StepLookup, type ValidatedSequence, validateSequence } from './validate.ts'
export { type RunLocation, validateFor } from './validate-for.ts'
