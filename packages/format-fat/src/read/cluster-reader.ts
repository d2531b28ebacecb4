import { type Bytes, concat, type Reader, slice } from '@bootwright/bytes'
import { FatError } from '../error.ts'
import type { BootSector } from '../structures/boot-sector.ts'
import { CLUSTERS, FIRST_CLUSTER, tableSize } from '../structures/geometry.ts'
import type { FatType } from '../structures/options.ts'

/** A multiple of three: an entry of FAT12 that lies over two bytes never lies over two pages. */
const PAGE_SIZE = 3 << 12
/** Pages that are kept, 24 MiB: chains that jump to and fro must not read the same page for each step. */
const PAGES = 2048
/** Pages that are read at once where the page before was read: files mostly lie in one piece. */
const PAGES_AHEAD = 32

/** What follows from a boot sector, in bytes of the volume. */
export interface Layout {
  readonly type: FatType
  readonly clusterSize: number
  readonly clusters: number
  readonly tableOffset: number
  readonly rootOffset: number
  readonly rootSize: number
  readonly dataOffset: number
}

/** Throws {@link FatError} `FAT_FIELD` when the fields contradict one another. */
export function layoutOf(boot: BootSector): Layout {
  const { sectorSize, rootEntries, reservedSectors, tables, tableSectors, totalSectors } = boot
  const clusterSize = sectorSize * boot.sectorsPerCluster
  const tableOffset = reservedSectors * sectorSize
  const rootOffset = tableOffset + tables * tableSectors * sectorSize
  const rootSize = Math.ceil((rootEntries * 32) / sectorSize) * sectorSize
  const dataOffset = rootOffset + rootSize
  const clusters = Math.floor((totalSectors * sectorSize - dataOffset) / clusterSize)
  const type = boot.isFat32 ? 32 : clusters < 4085 ? 12 : 16
  const fail = (offset: number, message: string): never => {
    throw new FatError('FAT_FIELD', 'boot sector', message, { offset })
  }
  if (clusters < 1 || clusters > CLUSTERS[type].maximum + 16)
    fail(
      19,
      `${totalSectors} sectors of ${sectorSize} bytes leave ${clusters} clusters; expected 1 to ${CLUSTERS[type].maximum + 16}`,
    )
  const needed = tableSize(type, clusters + FIRST_CLUSTER)
  if (needed > tableSectors * sectorSize)
    fail(22, `an allocation table has ${tableSectors * sectorSize} bytes; expected ${needed} for ${clusters} clusters`)
  return { type, clusterSize, clusters, tableOffset, rootOffset, rootSize, dataOffset }
}

/** Follows chains of clusters. */
export interface ClusterReader {
  /**
   * The content of the chain from `first`: all of it, or the first `size` bytes. Each cluster belongs to one chain only, so that a volume
   * costs no more than it has clusters. Throws {@link FatError} `FAT_CHAIN` or `FAT_CROSS_LINK`.
   */
  chain(first: number, path: string, limit: { readonly exactly: number } | { readonly atMost: number }): Promise<Bytes>
}

export function openClusters(bytes: Bytes, reader: Reader, layout: Layout): ClusterReader {
  const { type, clusterSize, clusters, tableOffset, dataOffset } = layout
  const endOfChain = (type === 32 ? 0x0fffffff : 2 ** type - 1) - 7
  const tableBytes = tableSize(type, clusters + FIRST_CLUSTER)
  const seen = new Uint8Array(Math.ceil((clusters + FIRST_CLUSTER) / 8))
  const pages = new Map<number, Buffer>()

  const load = async (number: number): Promise<Buffer> => {
    const start = number * PAGE_SIZE
    const ahead = pages.has(number - 1) ? PAGES_AHEAD : 1
    const read = Buffer.from(await reader.read(tableOffset + start, Math.min(ahead * PAGE_SIZE, tableBytes - start)))
    for (let index = ahead - 1; index >= 0; index -= 1) {
      if (index * PAGE_SIZE >= read.length || pages.has(number + index)) continue
      pages.set(number + index, read.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE))
      if (pages.size > PAGES) pages.delete(pages.keys().next().value!)
    }
    return read.subarray(0, PAGE_SIZE)
  }
  const entryOf = (cluster: number, table: Buffer): number => {
    const inPage = Math.floor((cluster * type) / 8) % PAGE_SIZE
    if (type === 32) return table.readUInt32LE(inPage) & 0x0fffffff
    const value = table.readUInt16LE(inPage)
    if (type === 16) return value
    return cluster % 2 === 0 ? value & 0xfff : value >> 4
  }
  /** The page with the entry of a cluster. A promise only where it has to be read: a large file has a step for each of a million clusters. */
  const pageOf = (cluster: number): Buffer | Promise<Buffer> => {
    const number = Math.floor((cluster * type) / 8 / PAGE_SIZE)
    return pages.get(number) ?? load(number)
  }
  const visit = (cluster: number, path: string, offset: number): void => {
    if (cluster < FIRST_CLUSTER || cluster >= clusters + FIRST_CLUSTER)
      throw new FatError(
        'FAT_CHAIN',
        'allocation table',
        `"${path}" leads to cluster ${cluster}; expected ${FIRST_CLUSTER} to ${clusters + 1}`,
        { path, offset },
      )
    const mask = 1 << (cluster & 7)
    if (seen[cluster >> 3]! & mask)
      throw new FatError(
        'FAT_CROSS_LINK',
        'allocation table',
        `"${path}" leads to cluster ${cluster}, which is in use already`,
        { path, offset },
      )
    seen[cluster >> 3]! |= mask
  }

  return {
    async chain(first, path, limit) {
      const isExact = 'exactly' in limit
      const wanted = Math.ceil((isExact ? limit.exactly : limit.atMost) / clusterSize)
      const runs: { start: number; length: number }[] = []
      let count = 0
      for (let cluster = first; cluster < endOfChain; ) {
        if (count === wanted) {
          // What a file has beyond its size is nobody's business; a folder has no size.
          if (isExact) break
          throw new FatError(
            'FAT_FOLDER_FULL',
            'allocation table',
            `the folder "${path}" has more than ${limit.atMost} bytes`,
            { path },
          )
        }
        visit(cluster, path, tableOffset + Math.floor((cluster * type) / 8))
        count += 1
        const last = runs.at(-1)
        if (last && last.start + last.length === cluster) last.length += 1
        else runs.push({ start: cluster, length: 1 })
        const page = pageOf(cluster)
        cluster = entryOf(cluster, page instanceof Buffer ? page : await page)
      }
      if (isExact && count < wanted)
        throw new FatError(
          'FAT_CHAIN',
          'allocation table',
          `"${path}" has ${limit.exactly} bytes, but only ${count} clusters of ${clusterSize}`,
          { path },
        )
      const content = concat(
        runs.map(({ start, length }) => {
          const from = dataOffset + (start - FIRST_CLUSTER) * clusterSize
          return slice(bytes, from, from + length * clusterSize)
        }),
      )
      return isExact ? slice(content, 0, limit.exactly) : content
    },
  }
}
