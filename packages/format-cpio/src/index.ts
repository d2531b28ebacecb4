export type { CpioDevice } from './device.ts'
export { CpioError, type CpioErrorCode } from './error.ts'
export { type CpioOptions, planCpio } from './plan-cpio.ts'
export { type CpioArchive, readCpio } from './read-cpio.ts'
