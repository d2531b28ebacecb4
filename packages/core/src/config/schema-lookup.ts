import type { Schema } from '@bootwright/api'

/** The kinds of contribution whose options are part of a definition. */
export type ValidatedKind = 'mediaType' | 'bootImage' | 'target' | 'signer'

/** The contributions of the loaded plugins whose schemas validate a definition. */
export interface SchemaLookup {
  names(kind: ValidatedKind): readonly string[]
  /** Of a name among `names`. */
  schema(kind: ValidatedKind, name: string): Schema
}
