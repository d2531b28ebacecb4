import type { Schema } from '@bootwright/api'

/** The kinds of contribution whose options stand in a definition. */
export type JudgedKind = 'mediaType' | 'bootImage' | 'target' | 'signer'

/** What the plugins that were set up contribute, as far as a definition is judged by it. */
export interface SchemaLookup {
  names(kind: JudgedKind): readonly string[]
  /** Of a name among `names`. */
  schema(kind: JudgedKind, name: string): Schema
}
