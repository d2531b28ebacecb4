export type PeErrorCode = 'PE_SIGNATURE' | 'PE_TRUNCATED' | 'PE_FIELD' | 'PE_NO_ROOM' | 'PE_SECTION'
export type PeStructure =
  | 'DOS header'
  | 'COFF header'
  | 'optional header'
  | 'section header'
  | 'certificate table'
  | 'SBAT section'
  | 'SPC content'

/** A program that cannot be read or made: what was found, what was expected, and where. */
export class PeError extends Error {
  readonly code: PeErrorCode
  readonly structure: PeStructure
  /** Bytes from the start of the file. */
  readonly offset: number | undefined
  constructor(code: PeErrorCode, structure: PeStructure, message: string, offset?: number) {
    super(`${structure}${offset === undefined ? '' : ` at byte ${offset}`}: ${message}`)
    this.name = 'PeError'
    this.code = code
    this.structure = structure
    this.offset = offset
  }
}
