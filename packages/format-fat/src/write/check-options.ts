import { FatError } from '../error.ts'
import type { FatOptions, FatType } from '../structures/options.ts'

export const TYPES: readonly FatType[] = [12, 16, 32]
const SECTOR_SIZES: readonly number[] = [512, 1024, 2048, 4096]
/** Windows reads no larger ones. */
const LARGEST_CLUSTER = 65_536
/** FAT specification 1.03, section 3.1: a power of two in one byte. */
const MAXIMUM_CLUSTER_SECTORS = 128
const UINT32_MAX = 0xffffffff

/** The cluster sizes that go with a sector size, the smallest first. */
export function clusterSizes(sectorSize: number): readonly number[] {
  const sizes: number[] = []
  const largest = Math.min(LARGEST_CLUSTER, sectorSize * MAXIMUM_CLUSTER_SECTORS)
  for (let size = sectorSize; size <= largest; size *= 2) sizes.push(size)
  return sizes
}

/** Throws {@link FatError} `FAT_OPTION` for a value that no volume has. */
export function checkOptions(options: FatOptions): void {
  const check = (name: keyof FatOptions, isRight: (value: number) => boolean, expected: string): void => {
    const value = options[name]
    if (value === undefined || isRight(Number(value))) return
    throw new FatError('FAT_OPTION', 'options', `${name} is ${value}; expected ${expected}`)
  }
  const isOneOf = (values: readonly number[]) => (value: number) => values.includes(value)
  const isMultiple = (of: number) => (value: number) => Number.isSafeInteger(value) && value > 0 && value % of === 0
  const isUpTo = (maximum: number) => (value: number) => Number.isInteger(value) && value >= 0 && value <= maximum
  check('type', isOneOf(TYPES), '12, 16 or 32')
  check('sectorSize', isOneOf(SECTOR_SIZES), SECTOR_SIZES.join(', '))
  const { sectorSize = 512 } = options
  check('clusterSize', isOneOf(clusterSizes(sectorSize)), clusterSizes(sectorSize).join(', '))
  check('size', isMultiple(sectorSize), `a multiple of ${sectorSize}`)
  check('alignment', isMultiple(sectorSize), `a multiple of ${sectorSize}`)
  check('free', isUpTo(Number.MAX_SAFE_INTEGER), 'a whole number of bytes')
  check('folderRoom', value => value === 0 || isMultiple(LARGEST_CLUSTER)(value), `a multiple of ${LARGEST_CLUSTER}`)
  check('hiddenSectors', isUpTo(UINT32_MAX), 'a whole number below 2^32')
}
