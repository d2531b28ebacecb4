export type IsoErrorCode =
  // what cannot be planned
  | 'NAME_TOO_LONG'
  | 'NAME_NOT_UNICODE'
  | 'PATH_TOO_LONG'
  | 'LINK_TOO_LONG'
  | 'DATE_OUTSIDE'
  | 'TOO_MANY_FOLDERS'
  | 'TOO_LARGE'
  | 'BOOT_FILE'
  | 'TOO_MANY_BOOT_ENTRIES'
  | 'MBR_CODE'
  | 'SYSTEM_PARTITION'
  // what cannot be read
  | 'NOT_ISO'
  | 'UNSUPPORTED'
  | 'OUTSIDE'
  | 'LIMIT'
  | 'DIRECTORY_CYCLE'
  | 'DIRECTORY_RECORD'
  | 'NAME_UNSAFE'
  | 'NAME_TWICE'
  | 'SYSTEM_USE'
  | 'BOOT_CATALOG'
  | 'NOT_UDF'
  | 'UDF_DESCRIPTOR'
  | 'UDF_FILE'

/** A tree or options that no ISO 9660 volume can hold, or a volume that is broken. */
export class IsoError extends Error {
  readonly code: IsoErrorCode
  /** The path inside the tree, when one is to blame. */
  readonly path: string | undefined
  /** The structure that is broken, in the words of its standard. */
  readonly structure: string | undefined
  /** Where it is: bytes from the start of the image. */
  readonly offset: number | undefined
  constructor(
    code: IsoErrorCode,
    message: string,
    { path, structure, offset }: { path?: string; structure?: string; offset?: number } = {},
  ) {
    super(message)
    this.name = 'IsoError'
    this.code = code
    this.path = path
    this.structure = structure
    this.offset = offset
  }
}

/** A broken structure of a volume that is being read; the message names the structure and where it is. */
export const broken = (code: IsoErrorCode, structure: string, offset: number, found: string): IsoError =>
  new IsoError(code, `${structure} at byte ${offset}: ${found}`, { structure, offset })
