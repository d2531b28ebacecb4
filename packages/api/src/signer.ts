import type { Tree } from '@bootwright/bytes'
import type { SecretReference } from './hooks.ts'
import type { Log } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret } from './secret.ts'

/** Signs media. Contributed under the name that a definition uses: `signers: [{ x509: { … } }]`. */
export interface Signer<Options = unknown> {
  readonly schema: Schema<Options>
  /** Files to add to the medium, made from the tree as it is after `package`. */
  sign(request: SignRequest<Options>): Promise<Tree>
}
export interface SignRequest<Options = unknown> {
  readonly options: Options
  readonly folder: string
  readonly tree: Tree
  readonly signal: AbortSignal
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}
