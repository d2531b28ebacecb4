export { explain } from './explain.ts'
export {
  DefinitionError,
  type DefinitionFinding,
  type Findings,
  formatFinding,
  formatPath,
  gatherFindings,
  type Path,
  type Position,
} from './findings.ts'
export { inlineSecrets, isBelowSecret, withoutInlineSecrets } from './inline-secrets.ts'
export { readIssue, valueAt } from './issues.ts'
export { inputSchemaOf, type JsonSchema, keysAt, nodesAt } from './json-schema-nodes.ts'
export { instead, nearest } from './suggest.ts'
export { validate } from './validate.ts'
export { isMap, kindOf } from './words.ts'
export {
  DefinitionFileError,
  type DefinitionFileErrorCode,
  NO_FILE,
  readWritten,
  refuseUnreadable,
  type Written,
  whyUnreadable,
} from './written-file.ts'
