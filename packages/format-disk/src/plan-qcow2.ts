import { type Bytes, concat, fromMemory, padToMultiple, slice } from '@bootwright/bytes'
import { COPIED, ENTRY_SIZE, HEADER } from './qcow2-fields.ts'

const CLUSTER_BITS = 16
const CLUSTER = 1 << CLUSTER_BITS
/** Entries of a table that fills a cluster. */
const ENTRIES = CLUSTER / ENTRY_SIZE
/** Counts have 16 bits: their logarithm. */
const REFCOUNT_ORDER = 4
const REFCOUNTS = CLUSTER / 2
const VERSION = 3

/**
 * A disk as a qcow2 image (version 3): what is known to be zeros has no room in it. The same disk gives the same bytes. Its metadata is in
 * memory: 8 KiB for each GiB that has data.
 */
export function planQcow2(disk: Bytes): Bytes {
  const runs = dataRuns(disk)
  const tables = [...new Set(runs.flatMap(run => tablesOf(run)))]
  const l1Entries = Math.max(1, Math.ceil(disk.size / (CLUSTER * ENTRIES)))
  const l1Clusters = Math.ceil((l1Entries * ENTRY_SIZE) / CLUSTER)
  const dataClusters = runs.reduce((sum, { from, to }) => sum + to - from, 0)
  const { blocks, blockTable, total } = refcountsFor(1 + l1Clusters + tables.length + dataClusters)
  const l1At = 1 + blockTable + blocks
  const l2At = l1At + l1Clusters
  const dataAt = l2At + tables.length

  const metadata = Buffer.alloc(dataAt * CLUSTER)
  metadata.writeUInt32BE(HEADER.magic, 0)
  metadata.writeUInt32BE(VERSION, HEADER.version)
  metadata.writeUInt32BE(CLUSTER_BITS, HEADER.clusterBits)
  metadata.writeBigUInt64BE(BigInt(disk.size), HEADER.size)
  metadata.writeUInt32BE(l1Entries, HEADER.l1Entries)
  metadata.writeBigUInt64BE(BigInt(l1At * CLUSTER), HEADER.l1Offset)
  metadata.writeBigUInt64BE(BigInt(CLUSTER), HEADER.refcountOffset)
  metadata.writeUInt32BE(blockTable, HEADER.refcountClusters)
  metadata.writeUInt32BE(REFCOUNT_ORDER, HEADER.refcountOrder)
  metadata.writeUInt32BE(HEADER.end, HEADER.length)
  const entry = (at: number, cluster: number, flags: bigint): void => {
    metadata.writeBigUInt64BE(BigInt(cluster * CLUSTER) | flags, at)
  }
  for (let block = 0; block < blocks; block += 1) entry(CLUSTER + block * ENTRY_SIZE, 1 + blockTable + block, 0n)
  for (let cluster = 0; cluster < total; cluster += 1)
    metadata.writeUInt16BE(1, (1 + blockTable) * CLUSTER + cluster * 2)
  const placeOf = new Map(tables.map((table, index) => [table, l2At + index]))
  for (const [table, place] of placeOf) entry(l1At * CLUSTER + table * ENTRY_SIZE, place, COPIED)
  let next = dataAt
  for (const { from, to } of runs)
    for (let cluster = from; cluster < to; cluster += 1, next += 1) {
      const table = placeOf.get(Math.floor(cluster / ENTRIES))!
      entry(table * CLUSTER + (cluster % ENTRIES) * ENTRY_SIZE, next, COPIED)
    }
  const data = runs.map(({ from, to }) => slice(disk, from * CLUSTER, Math.min(to * CLUSTER, disk.size)))
  return padToMultiple(concat([fromMemory(metadata), ...data]), CLUSTER)
}

/** Clusters, `to` excluded. */
interface Run {
  readonly from: number
  readonly to: number
}

/** Where there may be other bytes than zeros. */
function dataRuns(disk: Bytes): readonly Run[] {
  const runs: { from: number; to: number }[] = []
  let at = 0
  for (const segment of disk.segments()) {
    const end = at + segment.length
    if (segment.kind !== 'zero') {
      const [from, to] = [Math.floor(at / CLUSTER), Math.ceil(end / CLUSTER)]
      const last = runs.at(-1)
      if (last && from <= last.to) last.to = Math.max(last.to, to)
      else runs.push({ from, to })
    }
    at = end
  }
  return runs
}

const tablesOf = ({ from, to }: Run): number[] => {
  const first = Math.floor(from / ENTRIES)
  return Array.from({ length: Math.floor((to - 1) / ENTRIES) - first + 1 }, (_, index) => first + index)
}

/** Every cluster is counted, those with counts too: more of them may take more of them. */
function refcountsFor(others: number): {
  readonly blocks: number
  readonly blockTable: number
  readonly total: number
} {
  for (let blocks = 1; ; ) {
    const blockTable = Math.ceil((blocks * ENTRY_SIZE) / CLUSTER)
    const total = others + blocks + blockTable
    const needed = Math.ceil(total / REFCOUNTS)
    if (needed <= blocks) return { blocks, blockTable, total }
    blocks = needed
  }
}
