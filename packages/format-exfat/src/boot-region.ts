import { ExfatError } from './error.ts'

export const SECTOR_SIZE = 512
/** exFAT specification 3: boot sector, eight extended ones, OEM parameters, one reserved, checksum; and all of it once more. */
export const BOOT_REGION_SECTORS = 12
const SIGNATURE = 0xaa55
const EXTENDED_SIGNATURE = 0xaa550000
/** 3.1: offsets in the boot sector. */
const FIELD = {
  name: 3,
  partitionOffset: 64,
  volumeLength: 72,
  tableOffset: 80,
  tableLength: 84,
  heapOffset: 88,
  clusterCount: 92,
  rootCluster: 96,
  serial: 100,
  revision: 104,
  flags: 106,
  sectorShift: 108,
  clusterShift: 109,
  tables: 110,
  drive: 111,
  percentInUse: 112,
  code: 120,
  signature: 510,
} as const
const NAME = 'EXFAT   '
const REVISION = 0x0100
/** INT 18h (the firmware tries the next disk), HLT, JMP to the HLT. */
const BOOT_CODE = [0xcd, 0x18, 0xf4, 0xeb, 0xfd] as const
/** 3.1.15: a cluster has at most 32 MiB. */
const LARGEST_CLUSTER_SHIFT = 25
export const FIRST_CLUSTER = 2
/** 3.1.9: 2^32 - 11. */
export const MAXIMUM_CLUSTERS = 0xfffffff5

export interface BootSector {
  /** Sectors before the volume on its disk. */
  readonly hiddenSectors: number
  /** Sectors of 2^sectorShift bytes, as all below. */
  readonly volumeSectors: number
  readonly tableSector: number
  /** Of the one table. */
  readonly tableSectors: number
  readonly heapSector: number
  readonly clusters: number
  readonly rootCluster: number
  readonly serial: number
  readonly sectorShift: number
  /** Sectors of a cluster, as a power of two. */
  readonly clusterShift: number
  readonly percentInUse: number
}

/** Boot region with its checksum: 12 sectors of 512 bytes. */
export function encodeBootRegion(boot: BootSector): Buffer {
  const region = Buffer.alloc(BOOT_REGION_SECTORS * SECTOR_SIZE)
  region.set([0xeb, 0x76, 0x90])
  region.write(NAME, FIELD.name, 'latin1')
  region.writeBigUInt64LE(BigInt(boot.hiddenSectors), FIELD.partitionOffset)
  region.writeBigUInt64LE(BigInt(boot.volumeSectors), FIELD.volumeLength)
  region.writeUInt32LE(boot.tableSector, FIELD.tableOffset)
  region.writeUInt32LE(boot.tableSectors, FIELD.tableLength)
  region.writeUInt32LE(boot.heapSector, FIELD.heapOffset)
  region.writeUInt32LE(boot.clusters, FIELD.clusterCount)
  region.writeUInt32LE(boot.rootCluster, FIELD.rootCluster)
  region.writeUInt32LE(boot.serial, FIELD.serial)
  region.writeUInt16LE(REVISION, FIELD.revision)
  region[FIELD.sectorShift] = boot.sectorShift
  region[FIELD.clusterShift] = boot.clusterShift
  region[FIELD.tables] = 1
  region[FIELD.drive] = 0x80
  region[FIELD.percentInUse] = boot.percentInUse
  region.set(BOOT_CODE, FIELD.code)
  region.writeUInt16LE(SIGNATURE, FIELD.signature)
  for (let sector = 1; sector <= 8; sector += 1)
    region.writeUInt32LE(EXTENDED_SIGNATURE, (sector + 1) * SECTOR_SIZE - 4)
  const checksum = bootChecksum(region.subarray(0, 11 * SECTOR_SIZE))
  for (let at = 11 * SECTOR_SIZE; at < region.length; at += 4) region.writeUInt32LE(checksum, at)
  return region
}

/** The fields of the first 512 bytes. Throws {@link ExfatError}. */
export function decodeBootSector(sector: Uint8Array): BootSector {
  const bytes = Buffer.from(sector.buffer, sector.byteOffset, SECTOR_SIZE)
  const check = (isRight: boolean, offset: number, found: string, expected: string): void => {
    if (!isRight) throw new ExfatError('EXFAT_FIELD', 'boot region', `${found}; expected ${expected}`, { offset })
  }
  const name = bytes.toString('latin1', FIELD.name, FIELD.name + 8)
  if (name !== NAME || bytes.readUInt16LE(FIELD.signature) !== SIGNATURE)
    throw new ExfatError(
      'EXFAT_SIGNATURE',
      'boot region',
      `the name is ${JSON.stringify(name)}; expected "${NAME}", and 55aa at the end`,
      {
        offset: FIELD.name,
      },
    )
  const large = (offset: number): number => {
    const value = Number(bytes.readBigUInt64LE(offset))
    check(Number.isSafeInteger(value * SECTOR_SIZE), offset, `${value} sectors`, 'less than 2^53 bytes')
    return value
  }
  const boot: BootSector = {
    hiddenSectors: large(FIELD.partitionOffset),
    volumeSectors: large(FIELD.volumeLength),
    tableSector: bytes.readUInt32LE(FIELD.tableOffset),
    tableSectors: bytes.readUInt32LE(FIELD.tableLength),
    heapSector: bytes.readUInt32LE(FIELD.heapOffset),
    clusters: bytes.readUInt32LE(FIELD.clusterCount),
    rootCluster: bytes.readUInt32LE(FIELD.rootCluster),
    serial: bytes.readUInt32LE(FIELD.serial),
    sectorShift: bytes[FIELD.sectorShift]!,
    clusterShift: bytes[FIELD.clusterShift]!,
    percentInUse: bytes[FIELD.percentInUse]!,
  }
  const { sectorShift, clusterShift, tableSectors, clusters, heapSector } = boot
  check(sectorShift >= 9 && sectorShift <= 12, FIELD.sectorShift, `sectors of 2^${sectorShift} bytes`, '2^9 to 2^12')
  check(
    sectorShift + clusterShift <= LARGEST_CLUSTER_SHIFT,
    FIELD.clusterShift,
    `clusters of 2^${sectorShift + clusterShift} bytes`,
    `at most 2^${LARGEST_CLUSTER_SHIFT}`,
  )
  check(bytes[FIELD.tables] === 1 || bytes[FIELD.tables] === 2, FIELD.tables, `${bytes[FIELD.tables]} tables`, '1 or 2')
  check(
    clusters > 0 && clusters <= MAXIMUM_CLUSTERS && (clusters + 2) * 4 <= tableSectors * 2 ** sectorShift,
    FIELD.clusterCount,
    `${clusters} clusters, for which the table has ${tableSectors} sectors`,
    'a table with an entry for each',
  )
  check(
    heapSector >= boot.tableSector + tableSectors && heapSector + clusters * 2 ** clusterShift <= boot.volumeSectors,
    FIELD.heapOffset,
    `clusters from sector ${heapSector} on in ${boot.volumeSectors} sectors`,
    'all of them behind the table and inside of the volume',
  )
  return boot
}

/** 3.4: over the first 11 sectors but the flags and the percentage, which change while the volume is used. */
export function bootChecksum(region: Uint8Array): number {
  let sum = 0
  for (const [index, byte] of region.entries()) {
    if (index === FIELD.flags || index === FIELD.flags + 1 || index === FIELD.percentInUse) continue
    sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0
  }
  return sum
}
