export type MachineErrorCode =
  | 'QEMU_MISSING'
  | 'FIRMWARE_MISSING'
  | 'IMAGE_MISSING'
  | 'START_FAILED'
  | 'MACHINE_EXITED'
  | 'WAIT_ABORTED'
  | 'SCREENSHOT_FAILED'

/** An error of a virtual machine; `output` is the end of its serial console. */
export class MachineError extends Error {
  readonly code: MachineErrorCode
  readonly output: string | undefined
  constructor(code: MachineErrorCode, message: string, { output, cause }: { output?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'MachineError'
    this.code = code
    this.output = output
  }
}
