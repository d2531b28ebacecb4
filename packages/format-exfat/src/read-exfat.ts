import {
  type Bytes,
  concat,
  type Entry,
  openReader,
  type Reader,
  read,
  slice,
  type Tree,
  zeros,
} from '@bootwright/bytes'
import { BOOT_REGION_SECTORS, bootChecksum, decodeBootSector, FIRST_CLUSTER, SECTOR_SIZE } from './boot-region.ts'
import { type FileSet, readEntries, tableChecksum } from './entries.ts'
import { ExfatError } from './error.ts'
import { FOLDER_LIMIT } from './folders.ts'
import { decodeUpCaseTable, upperCase } from './up-case-table.ts'

const END_OF_CHAIN = 0xffffffff
/** UTF-16 code units in all paths together, enough for half a million files: a hostile volume could cost gigabytes. */
const LARGEST_TREE = 1 << 26
/** Windows opens no longer path. */
const PATH_LIMIT = 32_767
/** exFAT specification 7.2.5: 65,536 characters, not compressed. */
const UP_CASE_LIMIT = 2 * 65_536
/** Entries of the table that are read at once, and the pieces that are kept: chains may jump to and fro. */
const PAGE_ENTRIES = 4096
const PAGES = 512

export interface ExfatVolume {
  /** Empty when there is none. */
  readonly label: string
  /** Eight hexadecimal digits. */
  readonly serial: string
  readonly clusterSize: number
  /** Clusters that can be used at all. */
  readonly clusters: number
  readonly hiddenSectors: number
  /** Bytes of the volume; what it was read from may be larger. */
  readonly size: number
  /** Contents are ranges of what was read. */
  readonly tree: Tree
}

/**
 * Reads an exFAT volume from its boot region, table and folders. Throws {@link ExfatError}, whatever is fed to it: no cluster belongs to
 * two, no folder is larger than exFAT allows.
 */
export async function readExfat(bytes: Bytes): Promise<ExfatVolume> {
  await using reader = openReader(bytes)
  const region = BOOT_REGION_SECTORS * SECTOR_SIZE
  if (bytes.size < region)
    throw new ExfatError('EXFAT_TRUNCATED', 'boot region', `${bytes.size} bytes; expected at least ${region}`, {
      offset: 0,
    })
  const boot = decodeBootSector(await reader.read(0, SECTOR_SIZE))
  const sectorSize = 2 ** boot.sectorShift
  const size = boot.volumeSectors * sectorSize
  if (size > bytes.size)
    throw new ExfatError(
      'EXFAT_TRUNCATED',
      'boot region',
      `the volume has ${size} bytes; only ${bytes.size} are there`,
      { offset: 72 },
    )
  await checkBootRegion(reader, sectorSize)
  const clusterSize = sectorSize * 2 ** boot.clusterShift
  const clusters = openClusters(bytes, reader, {
    clusterSize,
    clusters: boot.clusters,
    tableOffset: boot.tableSector * sectorSize,
    heapOffset: boot.heapSector * sectorSize,
  })
  const { tree, label } = await readTree(clusters, boot.rootCluster)
  return {
    label,
    serial: boot.serial.toString(16).toUpperCase().padStart(8, '0'),
    clusterSize,
    clusters: boot.clusters,
    hiddenSectors: boot.hiddenSectors,
    size,
    tree,
  }
}

async function checkBootRegion(reader: Reader, sectorSize: number): Promise<void> {
  const region = Buffer.from(await reader.read(0, BOOT_REGION_SECTORS * sectorSize))
  const [expected, found] = [bootChecksum(region.subarray(0, 11 * sectorSize)), region.readUInt32LE(11 * sectorSize)]
  if (found !== expected)
    throw new ExfatError(
      'EXFAT_CHECKSUM',
      'boot region',
      `the checksum is ${found.toString(16)}; expected ${expected.toString(16)}`,
      { offset: 11 * sectorSize },
    )
}

interface Clusters {
  /** The clusters from `first` on, as many as `size` bytes need, along their chain or one after another. */
  content(first: number, size: number, isContiguous: boolean, path: string): Promise<Bytes>
  /** A whole chain of at most `limit` bytes. */
  chain(first: number, limit: number, path: string): Promise<Bytes>
}

interface Layout {
  readonly clusterSize: number
  readonly clusters: number
  readonly tableOffset: number
  readonly heapOffset: number
}

function openClusters(
  bytes: Bytes,
  reader: Reader,
  { clusterSize, clusters, tableOffset, heapOffset }: Layout,
): Clusters {
  const claimed: { start: number; end: number }[] = []
  const pages = new Map<number, Buffer>()
  const nextOf = async (cluster: number): Promise<number> => {
    const number = Math.floor(cluster / PAGE_ENTRIES)
    let page = pages.get(number)
    if (!page) {
      const count = Math.min(PAGE_ENTRIES, clusters + FIRST_CLUSTER - number * PAGE_ENTRIES)
      page = Buffer.from(await reader.read(tableOffset + number * PAGE_ENTRIES * 4, count * 4))
      pages.set(number, page)
      if (pages.size > PAGES) pages.delete(pages.keys().next().value!)
    }
    return page.readUInt32LE((cluster % PAGE_ENTRIES) * 4)
  }
  const fail = (path: string, message: string): never => {
    throw new ExfatError('EXFAT_CHAIN', 'allocation table', `"${path}" ${message}`, { path })
  }
  const check = (cluster: number, path: string): void => {
    if (cluster < FIRST_CLUSTER || cluster >= clusters + FIRST_CLUSTER)
      fail(path, `leads to cluster ${cluster}; expected ${FIRST_CLUSTER} to ${clusters + 1}`)
  }
  /** Runs are sorted by their start: two that overlap are neighbours. */
  const claim = (start: number, count: number, path: string): void => {
    let low = 0
    let high = claimed.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (claimed[middle]!.start < start) low = middle + 1
      else high = middle
    }
    const [before, after] = [claimed[low - 1], claimed[low]]
    if ((before && before.end > start) || (after && after.start < start + count))
      fail(path, `leads to cluster ${start}, which is in use already`)
    if (before && before.end === start) before.end += count
    else claimed.splice(low, 0, { start, end: start + count })
  }
  const range = (start: number, count: number): Bytes => {
    const from = heapOffset + (start - FIRST_CLUSTER) * clusterSize
    return slice(bytes, from, from + count * clusterSize)
  }
  const follow = async (first: number, most: number, path: string): Promise<{ runs: Bytes[]; count: number }> => {
    const runs: Bytes[] = []
    let count = 0
    let run = { start: first, length: 0 }
    for (let cluster = first; cluster !== END_OF_CHAIN && count < most; cluster = await nextOf(cluster)) {
      check(cluster, path)
      if (run.start + run.length !== cluster) {
        claim(run.start, run.length, path)
        runs.push(range(run.start, run.length))
        run = { start: cluster, length: 0 }
      }
      run = { start: run.start, length: run.length + 1 }
      count += 1
    }
    if (run.length > 0) {
      claim(run.start, run.length, path)
      runs.push(range(run.start, run.length))
    }
    return { runs, count }
  }
  return {
    async content(first, size, isContiguous, path) {
      const wanted = Math.ceil(size / clusterSize)
      if (wanted > clusters) fail(path, `has ${size} bytes; the volume has ${clusters} clusters of ${clusterSize}`)
      check(first, path)
      if (isContiguous) {
        check(first + wanted - 1, path)
        claim(first, wanted, path)
        return slice(range(first, wanted), 0, size)
      }
      const { runs, count } = await follow(first, wanted, path)
      if (count < wanted) fail(path, `has ${size} bytes, but only ${count} clusters of ${clusterSize}`)
      return slice(concat(runs), 0, size)
    },
    async chain(first, limit, path) {
      const most = Math.min(clusters, Math.ceil(limit / clusterSize))
      check(first, path)
      return concat((await follow(first, most, path)).runs)
    },
  }
}

/** All folders from the root down, without recursion: hostile volumes nest deeply. */
async function readTree(clusters: Clusters, rootCluster: number): Promise<{ tree: Tree; label: string }> {
  const tree = new Map<string, Entry>()
  let label = ''
  let upper: Uint16Array | undefined
  let pathUnits = 0
  const root = { path: '', content: () => clusters.chain(rootCluster, FOLDER_LIMIT, '') }
  const waiting: { path: string; content: () => Promise<Bytes> }[] = [root]
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    const seen = new Set<string>()
    const isRoot = folder.path === ''
    const entries = [...readEntries(Buffer.from(await read(await folder.content())), folder.path)]
    for (const entry of entries) {
      if (entry.kind === 'label' && isRoot) label = entry.label
      if (entry.kind === 'upCase' && isRoot && !upper) upper = await upCaseOf(clusters, entry)
    }
    for (const entry of entries) {
      if (entry.kind !== 'file') continue
      const { file } = entry
      const path = pathOf(folder.path, file, seen, upper ?? new Uint16Array(0))
      pathUnits += path.length
      if (pathUnits > LARGEST_TREE)
        throw new ExfatError(
          'EXFAT_TREE_TOO_LARGE',
          'folder',
          `all paths together have more than ${LARGEST_TREE} code units`,
          { path },
        )
      const { firstCluster, size, isContiguous, validSize } = file
      if (file.isFolder) {
        if (size > FOLDER_LIMIT || size === 0)
          throw new ExfatError(
            'EXFAT_FOLDER_FULL',
            'folder',
            `the folder "${path}" has ${size} bytes; expected 1 to ${FOLDER_LIMIT}`,
            { path },
          )
        tree.set(path, { kind: 'folder' })
        waiting.push({ path, content: () => clusters.content(firstCluster, size, isContiguous, path) })
      } else {
        const whole = size === 0 ? zeros(0) : await clusters.content(firstCluster, size, isContiguous, path)
        const content = validSize === size ? whole : concat([slice(whole, 0, validSize), zeros(size - validSize)])
        tree.set(path, { kind: 'file', content })
      }
    }
  }
  return { tree, label }
}

async function upCaseOf(
  clusters: Clusters,
  { firstCluster, size, checksum }: { readonly firstCluster: number; readonly size: number; readonly checksum: number },
): Promise<Uint16Array> {
  if (size > UP_CASE_LIMIT || size === 0)
    throw new ExfatError('EXFAT_FIELD', 'folder', `an up-case table of ${size} bytes; expected 1 to ${UP_CASE_LIMIT}`)
  const table = await read(await clusters.content(firstCluster, size, false, 'up-case table'))
  if (tableChecksum(table) !== checksum)
    throw new ExfatError(
      'EXFAT_CHECKSUM',
      'folder',
      `the up-case table has the checksum ${tableChecksum(table).toString(16)}; expected ${checksum.toString(16)}`,
    )
  return decodeUpCaseTable(table)
}

function pathOf(folder: string, { name, offset }: FileSet, seen: Set<string>, upper: Uint16Array): string {
  const path = folder === '' ? name : `${folder}/${name}`
  // A name with a separator in it, or `..`, would lead out of the tree.
  if (name === '.' || name === '..' || /[/\0]/.test(name) || path.length > PATH_LIMIT)
    throw new ExfatError(
      'EXFAT_NAME',
      'folder',
      `the folder "${folder}" has the name ${JSON.stringify(name)}, which no path can have, or its path is too long`,
      { path: folder, offset },
    )
  const folded = upperCase(name, upper)
  if (seen.has(folded)) throw new ExfatError('EXFAT_NAME_CLASH', 'folder', `"${path}" is there twice`, { path })
  seen.add(folded)
  return path
}
