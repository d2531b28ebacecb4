export type KernelErrorCode =
  | 'CONTRIBUTION_UNKNOWN'
  | 'CONTRIBUTION_TWICE'
  | 'CONTRIBUTION_INVALID'
  | 'SERVICE_MISSING'
  | 'SERVICE_CYCLE'
  | 'SETUP_ENDED'
  | 'TAP_REFUSED'
  | 'CLOSED'

/** Something that the kernel refuses. `known` lists the names that would have been right, where there are such. */
export class KernelError extends Error {
  readonly code: KernelErrorCode
  readonly known: readonly string[]
  constructor(code: KernelErrorCode, message: string, known: readonly string[] = []) {
    super(message)
    this.name = 'KernelError'
    this.code = code
    this.known = known
  }
}
