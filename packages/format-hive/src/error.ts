export type HiveErrorCode =
  | 'HIVE_SIGNATURE'
  | 'HIVE_TRUNCATED'
  | 'HIVE_CELL'
  | 'HIVE_LIMIT'
  | 'HIVE_NAME'
  | 'BCD_STORE'
  | 'BCD_ELEMENT'
export type HiveStructure =
  | 'base block'
  | 'hive bin'
  | 'key node'
  | 'subkey list'
  | 'key value'
  | 'value list'
  | 'security descriptor'
  | 'BCD object'
  | 'BCD element'
  | 'BCD device'

/** A hive or store that cannot be read or made: what was found, what was expected, and where. */
export class HiveError extends Error {
  readonly code: HiveErrorCode
  readonly structure: HiveStructure
  /** Bytes from the start of the file. */
  readonly offset: number | undefined
  /** Names of keys from the root down, joined by `\`. */
  readonly path: string | undefined
  constructor(
    code: HiveErrorCode,
    structure: HiveStructure,
    message: string,
    { offset, path }: { readonly offset?: number | undefined; readonly path?: string | undefined } = {},
  ) {
    super(`${structure}${offset === undefined ? '' : ` at byte ${offset}`}: ${message}`)
    this.name = 'HiveError'
    this.code = code
    this.structure = structure
    this.offset = offset
    this.path = path
  }
}
