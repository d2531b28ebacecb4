import { FatError } from '../error.ts'
import { ENTRY_SIZE } from '../structures/directory-entry.ts'
import { CLUSTERS, type Geometry, geometryOfClusters, geometryOfSectors, type Shape } from '../structures/geometry.ts'
import type { FatOptions, FatType } from '../structures/options.ts'
import { checkOptions, clusterSizes, TYPES } from './check-options.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB
/** What the specification says that FAT12 and FAT16 volumes should have. */
const ROOT_ENTRIES = 512
const UINT16_MAX = 0xffff

/** What suits a volume up to `upTo` bytes, the first that is possible. The numbers for FAT32 are those of Windows. */
const SUITABLE: readonly { readonly type: FatType; readonly clusterSize: number; readonly upTo: number }[] = [
  { type: 12, clusterSize: 512, upTo: 2 * MIB },
  { type: 12, clusterSize: 1 * KIB, upTo: 4 * MIB },
  { type: 12, clusterSize: 2 * KIB, upTo: 8 * MIB },
  { type: 16, clusterSize: 512, upTo: 32 * MIB },
  { type: 16, clusterSize: 1 * KIB, upTo: 64 * MIB },
  { type: 16, clusterSize: 2 * KIB, upTo: 128 * MIB },
  { type: 16, clusterSize: 4 * KIB, upTo: 256 * MIB },
  { type: 16, clusterSize: 8 * KIB, upTo: 512 * MIB },
  { type: 32, clusterSize: 512, upTo: 260 * MIB },
  { type: 32, clusterSize: 4 * KIB, upTo: 8 * GIB },
  { type: 32, clusterSize: 8 * KIB, upTo: 16 * GIB },
  { type: 32, clusterSize: 16 * KIB, upTo: 32 * GIB },
  { type: 32, clusterSize: 32 * KIB, upTo: Number.POSITIVE_INFINITY },
]

/** What has to find room. */
export interface Demand {
  readonly rootEntries: number
  /** Clusters of everything but a fixed root folder. */
  clusters(clusterSize: number, type: FatType): number
}

/** Type, cluster size and all that follows from them. Throws {@link FatError} `FAT_OPTION` or `FAT_VOLUME_FULL`. */
export function chooseGeometry(options: FatOptions, demand: Demand): Geometry {
  checkOptions(options)
  const found = firstPossible(options, demand)
  if (found) return found
  const { size, ...others } = options
  const smallest = size === undefined ? undefined : firstPossible(others, demand)
  if (smallest)
    throw new FatError(
      'FAT_VOLUME_FULL',
      'options',
      `the volume has ${size} bytes; with the other options as they are, expected ${smallest.totalSectors * smallest.sectorSize}, or a type and cluster size that suit the size`,
    )
  throw new FatError(
    size === undefined ? 'FAT_OPTION' : 'FAT_VOLUME_FULL',
    'options',
    `no volume can hold this with type ${options.type ?? 'any'}, cluster size ${options.clusterSize ?? 'any'}, sector size ${options.sectorSize ?? 512}; expected another of these`,
  )
}

function firstPossible(options: FatOptions, demand: Demand): Geometry | undefined {
  const { sectorSize = 512, free = 0, size } = options
  for (const { type, clusterSize, upTo } of candidates(options)) {
    const perSector = sectorSize / ENTRY_SIZE
    const rootEntries = type === 32 ? 0 : Math.ceil(Math.max(demand.rootEntries, ROOT_ENTRIES) / perSector) * perSector
    if (rootEntries > UINT16_MAX) continue
    const shape: Shape = { type, sectorSize, clusterSize, rootEntries, alignment: options.alignment ?? clusterSize }
    const needed = Math.max(demand.clusters(clusterSize, type) + Math.ceil(free / clusterSize), CLUSTERS[type].minimum)
    const geometry =
      size === undefined ? geometryOfClusters(shape, needed) : geometryOfSectors(shape, size / sectorSize)
    if (geometry && geometry.clusters >= needed && geometry.totalSectors * sectorSize <= upTo) return geometry
  }
  return undefined
}

/** What to try, the best first: what suits the size, and then whatever else the format has. */
function* candidates({ type, clusterSize, sectorSize = 512 }: FatOptions): Iterable<(typeof SUITABLE)[number]> {
  const isWanted = (candidate: { readonly type: FatType }): boolean => (type ?? candidate.type) === candidate.type
  const upTo = Number.POSITIVE_INFINITY
  if (clusterSize !== undefined) return yield* TYPES.map(each => ({ type: each, clusterSize, upTo })).filter(isWanted)
  const suitable = SUITABLE.map(each => ({ ...each, clusterSize: Math.max(each.clusterSize, sectorSize) }))
  const others = TYPES.toReversed().flatMap(each =>
    clusterSizes(sectorSize).map(size => ({ type: each, clusterSize: size, upTo })),
  )
  yield* [...suitable, ...others].filter(isWanted)
}
