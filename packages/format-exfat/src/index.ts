export { ExfatError, type ExfatErrorCode, type ExfatErrorPlace, type ExfatStructure } from './error.ts'
export type { ExfatExtent, ExfatOptions, ExfatPlan } from './options.ts'
export { planExfat } from './plan-exfat.ts'
export { type ExfatVolume, readExfat } from './read-exfat.ts'
