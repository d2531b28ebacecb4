export {
  type CompiledGroup,
  type CompiledNode,
  type CompiledSequence,
  type CompiledStep,
  decodeSequence,
  secretsIn,
} from '../compiled.ts'
export type { Condition } from '../condition.ts'
export { RESTART_CODE } from '../restart-code.ts'
export { isLike } from './compare.ts'
export { evaluate, type Facts } from './evaluate.ts'
export { expand, expandAll } from './expand.ts'
export { afterFailure, afterSkipped, groupsAround } from './walk.ts'
