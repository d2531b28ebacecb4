export { explain } from './explain.ts'
export {
  createFindings,
  DefinitionError,
  type DefinitionFinding,
  type Findings,
  formatFinding,
  formatPath,
  type Path,
  type Position,
} from './findings.ts'
export { inlineSecrets, isBelowSecret, withoutInlineSecrets } from './inline-secrets.ts'
export { readIssue, valueAt } from './issues.ts'
export { inputSchemaOf, type JsonSchema, keysAt, nodesAt } from './json-schema-nodes.ts'
export {
  assertReadable,
  DefinitionFileError,
  type DefinitionFileErrorCode,
  MISSING,
  NOT_A_FILE,
  readSource,
  type Source,
  unreadableReason,
} from './source-file.ts'
export { nearest, suggestion } from './suggestion.ts'
export { validate } from './validate.ts'
export { isMap, kindOf } from './words.ts'
