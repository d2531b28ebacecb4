export type DiskErrorCode =
  | 'DISK_TRUNCATED'
  | 'DISK_SIGNATURE'
  | 'DISK_CHECKSUM'
  | 'DISK_FIELD'
  | 'DISK_GUID'
  | 'DISK_NAME'
  | 'DISK_TOO_MANY'
  | 'DISK_OUTSIDE'
  | 'DISK_OVERLAP'

/** A structure as it is named in the standard. */
export type DiskStructure =
  | 'MBR'
  | 'primary GPT header'
  | 'backup GPT header'
  | 'GPT entry array'
  | 'GPT entry'
  | 'GUID'
  | 'qcow2'

/**
 * A partition table that cannot be written as planned, or that was read and is not valid. `offset` is the byte of the disk (of the
 * sector for an MBR) at which the fault lies; absent while planning.
 */
export class DiskError extends Error {
  readonly code: DiskErrorCode
  readonly structure: DiskStructure
  readonly offset: number | undefined
  constructor(code: DiskErrorCode, structure: DiskStructure, message: string, offset?: number) {
    super(offset === undefined ? `${structure}: ${message}` : `${structure} at byte ${offset}: ${message}`)
    this.name = 'DiskError'
    this.code = code
    this.structure = structure
    this.offset = offset
  }
}
