import { ENTRY_SIZE } from './directory-entry.ts'
import type { FatType } from './options.ts'

/** Both copies are kept: some firmware reads the second (FAT specification 1.03, section 3.1). */
export const TABLES = 2
/** Clusters 0 and 1 do not exist; their places in the table have other uses. */
export const FIRST_CLUSTER = 2
/**
 * The number of clusters alone tells the types apart: below 4085 it is FAT12, below 65525 FAT16 (FAT specification 1.03, section 3.5).
 * The specification advises to stay 16 away from these, because many drivers count wrong.
 */
export const CLUSTERS: Readonly<Record<FatType, { readonly minimum: number; readonly maximum: number }>> = {
  12: { minimum: 1, maximum: 4085 - 17 },
  16: { minimum: 4085 + 16, maximum: 65_525 - 17 },
  32: { minimum: 65_525 + 16, maximum: 0x0ffffff7 - 17 },
}
/** FAT32 needs boot sector, FSInfo and the backup of both; 32 is what everybody has. */
const RESERVED_SECTORS: Readonly<Record<FatType, number>> = { 12: 1, 16: 1, 32: 32 }
const UINT16_MAX = 0xffff
const UINT32_MAX = 0xffffffff

/** What is decided before the number of clusters is. */
export interface Shape {
  readonly type: FatType
  readonly sectorSize: number
  readonly clusterSize: number
  /** Entries of the fixed root folder, a multiple of those in a sector; 0 on FAT32. */
  readonly rootEntries: number
  /** Bytes, a multiple of the sector size. */
  readonly alignment: number
}

export interface Geometry extends Shape {
  readonly reservedSectors: number
  /** Of one copy. */
  readonly tableSectors: number
  /** The first sector of cluster 2. */
  readonly dataSector: number
  readonly clusters: number
  readonly totalSectors: number
}

/** Bytes of a table with so many entries. */
export const tableSize = (type: FatType, entries: number): number => Math.ceil((entries * type) / 8)

/** The smallest volume with so many clusters; nothing when its fields cannot hold it. */
export function geometryOfClusters(shape: Shape, clusters: number): Geometry | undefined {
  const tableSectors = tableSectorsFor(shape, clusters)
  const { dataSector } = sectorsBefore(shape, tableSectors)
  return complete(shape, tableSectors, clusters, dataSector + clusters * (shape.clusterSize / shape.sectorSize))
}

/** The volume of exactly so many sectors with the most clusters; nothing when no cluster fits or its fields cannot hold it. */
export function geometryOfSectors(shape: Shape, totalSectors: number): Geometry | undefined {
  // Drivers count the clusters behind the tables, so the tables must have room for all that could lie there. The larger the tables are,
  // the fewer clusters: the smallest tables with room enough are found by halving.
  const clustersBehind = (tableSectors: number): number =>
    Math.floor((totalSectors - sectorsBefore(shape, tableSectors).dataSector) / (shape.clusterSize / shape.sectorSize))
  let low = 1
  let high = tableSectorsFor(shape, Math.max(1, clustersBehind(1)))
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (tableSectorsFor(shape, clustersBehind(middle)) <= middle) high = middle
    else low = middle + 1
  }
  return complete(shape, low, clustersBehind(low), totalSectors)
}

const tableSectorsFor = ({ type, sectorSize }: Shape, clusters: number): number =>
  Math.ceil(tableSize(type, clusters + FIRST_CLUSTER) / sectorSize)

/** Reserved sectors fill the gap that alignment leaves. */
function sectorsBefore(shape: Shape, tableSectors: number): { reservedSectors: number; dataSector: number } {
  const rootSectors = (shape.rootEntries * ENTRY_SIZE) / shape.sectorSize
  const least = RESERVED_SECTORS[shape.type]
  const unaligned = least + TABLES * tableSectors + rootSectors
  const multiple = shape.alignment / shape.sectorSize
  const dataSector = Math.ceil(unaligned / multiple) * multiple
  return { reservedSectors: least + dataSector - unaligned, dataSector }
}

function complete(shape: Shape, tableSectors: number, clusters: number, totalSectors: number): Geometry | undefined {
  const { minimum, maximum } = CLUSTERS[shape.type]
  const { reservedSectors, dataSector } = sectorsBefore(shape, tableSectors)
  const isPossible =
    clusters >= minimum &&
    clusters <= maximum &&
    reservedSectors <= UINT16_MAX &&
    totalSectors <= UINT32_MAX &&
    (shape.type === 32 || tableSectors <= UINT16_MAX)
  return isPossible ? { ...shape, reservedSectors, tableSectors, dataSector, clusters, totalSectors } : undefined
}
