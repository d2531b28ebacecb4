/** A disk or folder that is not written to, and why. */
export class DeviceError extends Error {
  readonly code: 'NO_DEVICES' | 'DISK_REFUSED' | 'NOT_AGREED' | 'DISK_CHANGED' | 'NO_FOLDER' | 'IN_THE_WAY' | 'LINK'
  constructor(code: DeviceError['code'], message: string) {
    super(message)
    this.name = 'DeviceError'
    this.code = code
  }
}
