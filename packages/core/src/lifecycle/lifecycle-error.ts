export type LifecycleErrorCode =
  | 'BOOT_IMAGE_ARCHITECTURE'
  | 'TREE_CLASH'
  | 'NO_DATE'
  | 'NO_IMAGE'
  | 'NOT_WRITTEN'
  | 'OUTPUT_RELATIVE'
  | 'SIGNATURE_PENDING'
  | 'SIGNED'

/** A contribution or a phase that violates its guarantee, for one medium. */
export class LifecycleError extends Error {
  readonly code: LifecycleErrorCode
  readonly medium: string
  constructor(code: LifecycleErrorCode, medium: string, message: string) {
    super(message)
    this.name = 'LifecycleError'
    this.code = code
    this.medium = medium
  }
}
