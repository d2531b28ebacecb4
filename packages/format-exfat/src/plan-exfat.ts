import { createHash } from 'node:crypto'
import { type Bytes, concat, fromMemory, overlay, type Patch, padTo, type Tree, zeros } from '@bootwright/bytes'
import { BOOT_REGION_SECTORS, encodeBootRegion, FIRST_CLUSTER, MAXIMUM_CLUSTERS, SECTOR_SIZE } from './boot-region.ts'
import { ENTRY_SIZE, encodeCritical, encodeFileSet, encodeLabel, TYPE, tableChecksum } from './entries.ts'
import { ExfatError } from './error.ts'
import { foldersOf } from './folders.ts'
import type { ExfatExtent, ExfatOptions, ExfatPlan } from './options.ts'
import { timeStamp } from './time-stamp.ts'
import { decodeUpCaseTable, encodeUpCaseTable } from './up-case-table.ts'

const LABEL_LIMIT = 11
const LARGEST_CLUSTER = 32 << 20
const END_OF_CHAIN = 0xffffffff
/** exFAT specification 4.1: the first two entries of the table stand for no cluster. */
const TABLE_HEAD = [0xfffffff8, 0xffffffff] as const
/** 9.1.2.3, what Windows takes: the cluster size for a volume up to so many bytes. */
const SUITABLE = [
  { upTo: 256 << 20, clusterSize: 4 << 10 },
  { upTo: 32 * 2 ** 30, clusterSize: 32 << 10 },
  { upTo: Number.POSITIVE_INFINITY, clusterSize: 128 << 10 },
] as const

interface Geometry {
  readonly clusterSize: number
  readonly tableSector: number
  readonly tableSectors: number
  readonly heapSector: number
  readonly clusters: number
  readonly sectors: number
}

/**
 * Lays out an exFAT volume that holds `tree`: bitmap, up-case table and folders first, then the files without gaps, those that change often
 * last. Reads nothing. Throws {@link ExfatError} for what the format or the options cannot hold.
 */
export function planExfat(tree: Tree, options: ExfatOptions): ExfatPlan {
  checkOptions(options)
  const label = (options.label ?? '').slice(0, LABEL_LIMIT)
  const upCase = encodeUpCaseTable()
  const upper = decodeUpCaseTable(upCase)
  const { folders, files } = foldersOf(tree, upper)
  const time = timeStamp(options.date)
  // The root has entries of its own: label, bitmap and up-case table.
  const own = 3 * ENTRY_SIZE
  const sizes = folders.map(({ path, size }) => size + (path === '' ? own : 0))
  const clustersFor = (size: number, clusterSize: number): number => Math.ceil(size / clusterSize)
  const geometry = chooseGeometry(options, clusterSize => {
    const folderClusters = sizes.reduce((sum, size) => sum + Math.max(1, clustersFor(size, clusterSize)), 0)
    const fileClusters = files.reduce((sum, { content }) => sum + clustersFor(content.size, clusterSize), 0)
    return clustersFor(upCase.length, clusterSize) + folderClusters + fileClusters
  })
  const { clusterSize, clusters, heapSector, tableSector, tableSectors, sectors } = geometry

  let next = FIRST_CLUSTER
  const take = (size: number, least = 0): { first: number; count: number } => {
    const count = Math.max(least, clustersFor(size, clusterSize))
    const first = count > 0 ? next : 0
    next += count
    return { first, count }
  }
  const bitmapSize = Math.ceil(clusters / 8)
  const bitmapPlace = take(bitmapSize)
  const upCasePlace = take(upCase.length)
  const places = new Map<string, { first: number; count: number; size: number; isFolder: boolean }>()
  for (const [index, { path }] of folders.entries()) {
    const place = take(sizes[index]!, 1)
    places.set(path, { ...place, size: place.count * clusterSize, isFolder: true })
  }
  for (const { path, content } of files)
    places.set(path, { ...take(content.size), size: content.size, isFolder: false })
  const used = next - FIRST_CLUSTER
  const root = places.get('')!

  const folderContent = ({ path, children }: (typeof folders)[number]): Bytes => {
    const head =
      path === ''
        ? [
            // As others have it: the label first, and also when there is none.
            encodeLabel(label),
            encodeCritical(TYPE.bitmap, bitmapPlace.first, bitmapSize),
            encodeCritical(TYPE.upCase, upCasePlace.first, upCase.length, tableChecksum(upCase)),
          ]
        : []
    const sets = children.map(child => {
      const { first, size, isFolder } = places.get(child.path)!
      return encodeFileSet({ name: child.name, isFolder, firstCluster: first, size }, time, upper)
    })
    return fromMemory(Buffer.concat([...head, ...sets]))
  }
  const toClusters = (bytes: Bytes, count: number): Bytes => padTo(bytes, count * clusterSize)
  const heap = concat([
    toClusters(bitmapOf(used, bitmapSize), bitmapPlace.count),
    toClusters(fromMemory(upCase), upCasePlace.count),
    ...folders.map(folder => toClusters(folderContent(folder), places.get(folder.path)!.count)),
    ...files.map(({ path, content }) => toClusters(content, places.get(path)!.count)),
  ])
  const serial = createHash('sha256')
    .update(options.seed ?? `${label} ${options.date.toISOString()}`)
    .digest()
    .readUInt32LE()
  const region = fromMemory(
    encodeBootRegion({
      hiddenSectors: options.hiddenSectors ?? 0,
      volumeSectors: sectors,
      tableSector,
      tableSectors,
      heapSector,
      clusters,
      rootCluster: root.first,
      serial,
      sectorShift: 9,
      clusterShift: Math.log2(clusterSize / SECTOR_SIZE),
      percentInUse: Math.floor((used * 100) / clusters),
    }),
  )
  const patches: Patch[] = [
    { offset: 0, bytes: region },
    { offset: BOOT_REGION_SECTORS * SECTOR_SIZE, bytes: region },
    { offset: tableSector * SECTOR_SIZE, bytes: tableOf([bitmapPlace, upCasePlace, root]) },
    { offset: heapSector * SECTOR_SIZE, bytes: heap },
  ]
  const extents: ExfatExtent[] = files
    .filter(({ content }) => content.size > 0)
    .map(({ path, content }) => ({
      path,
      offset: heapSector * SECTOR_SIZE + (places.get(path)!.first - FIRST_CLUSTER) * clusterSize,
      size: content.size,
    }))
  const bytes = overlay(zeros(sectors * SECTOR_SIZE), patches)
  return { bytes, label, serial: serial.toString(16).toUpperCase().padStart(8, '0'), clusterSize, extents }
}

/** Only what has no flag for it needs a chain: everything else lies in one piece and says so. */
function tableOf(places: readonly { readonly first: number; readonly count: number }[]): Bytes {
  const last = Math.max(...places.map(({ first, count }) => first + count))
  const table = Buffer.alloc(last * 4)
  for (const [index, value] of TABLE_HEAD.entries()) table.writeUInt32LE(value, index * 4)
  for (const { first, count } of places)
    for (let cluster = first; cluster < first + count; cluster += 1)
      table.writeUInt32LE(cluster === first + count - 1 ? END_OF_CHAIN : cluster + 1, cluster * 4)
  return fromMemory(table)
}

/** One bit for each cluster, the first `used` of them set. */
function bitmapOf(used: number, size: number): Bytes {
  const set = Buffer.alloc(Math.ceil(used / 8), 0xff)
  if (used % 8 !== 0) set[set.length - 1] = 2 ** (used % 8) - 1
  return padTo(fromMemory(set), size)
}

function chooseGeometry(options: ExfatOptions, demand: (clusterSize: number) => number): Geometry {
  const sizes =
    options.clusterSize === undefined
      ? SUITABLE
      : [{ upTo: Number.POSITIVE_INFINITY, clusterSize: options.clusterSize }]
  for (const { upTo, clusterSize } of sizes) {
    const geometry = geometryOf(options, clusterSize, demand(clusterSize))
    if (geometry.sectors * SECTOR_SIZE <= upTo && geometry.clusters <= MAXIMUM_CLUSTERS) return geometry
  }
  throw new ExfatError(
    'EXFAT_OPTION',
    'options',
    `no volume can hold this with clusters of ${options.clusterSize ?? 'any size'}; expected larger ones`,
  )
}

/** `demand` is in clusters, without those of the bitmap. */
function geometryOf({ size, alignment = 4096 }: ExfatOptions, clusterSize: number, demand: number): Geometry {
  const perCluster = clusterSize / SECTOR_SIZE
  const align = (sector: number): number => Math.ceil((sector * SECTOR_SIZE) / alignment) * (alignment / SECTOR_SIZE)
  const tableSector = align(2 * BOOT_REGION_SECTORS)
  const around = (clusters: number): { tableSectors: number; heapSector: number; needed: number } => {
    const tableSectors = Math.ceil(((clusters + FIRST_CLUSTER) * 4) / SECTOR_SIZE)
    const needed = demand + Math.ceil(Math.ceil(clusters / 8) / clusterSize)
    return { tableSectors, heapSector: align(tableSector + tableSectors), needed }
  }
  if (size === undefined) {
    let clusters = demand + 1
    while (around(clusters).needed > clusters) clusters = around(clusters).needed
    const { tableSectors, heapSector } = around(clusters)
    return { clusterSize, tableSector, tableSectors, heapSector, clusters, sectors: heapSector + clusters * perCluster }
  }
  const sectors = size / SECTOR_SIZE
  let clusters = Math.floor((sectors - tableSector) / perCluster)
  while (clusters > 0 && around(clusters).heapSector + clusters * perCluster > sectors) {
    const over = around(clusters).heapSector + clusters * perCluster - sectors
    clusters -= Math.max(1, Math.floor(over / perCluster))
  }
  const { tableSectors, heapSector, needed } = around(Math.max(clusters, 0))
  if (clusters < needed)
    throw new ExfatError(
      'EXFAT_VOLUME_FULL',
      'options',
      `the volume of ${size} bytes has ${Math.max(clusters, 0)} clusters of ${clusterSize}; expected ${needed}`,
    )
  return { clusterSize, tableSector, tableSectors, heapSector, clusters, sectors }
}

function checkOptions({ clusterSize, size, alignment, hiddenSectors }: ExfatOptions): void {
  const check = (
    name: string,
    value: number | undefined,
    isRight: (value: number) => boolean,
    expected: string,
  ): void => {
    if (value === undefined || (Number.isSafeInteger(value) && isRight(value))) return
    throw new ExfatError('EXFAT_OPTION', 'options', `${name} is ${value}; expected ${expected}`)
  }
  const isPower = (value: number): boolean => Number.isInteger(Math.log2(value))
  check(
    'clusterSize',
    clusterSize,
    value => value >= SECTOR_SIZE && value <= LARGEST_CLUSTER && isPower(value),
    'a power of two from 512 to 32 MiB',
  )
  check('size', size, value => value > 0 && value % SECTOR_SIZE === 0, `a multiple of ${SECTOR_SIZE}`)
  check('alignment', alignment, value => value > 0 && value % SECTOR_SIZE === 0, `a multiple of ${SECTOR_SIZE}`)
  check('hiddenSectors', hiddenSectors, value => value >= 0, 'a whole number')
}
