import { type Bytes, concat, openReader, type Reader, slice, zeros } from '@bootwright/bytes'
import { DiskError } from './error.ts'
import { ALL_ZERO, COMPRESSED, ENTRY_SIZE, HEADER, OFFSET_MASK } from './qcow2-fields.ts'

const VERSION_2_END = 72
/** QEMU makes 512 bytes to 2 MiB. */
const CLUSTER_BITS = { least: 9, most: 21 } as const
/** Tables are read whole: disks of 64 TiB in clusters of 64 KiB. Bytes. */
const L1_LIMIT = 32 << 20
/** Clusters with data, each an entry in memory: 256 GiB of them in clusters of 64 KiB. */
const CLUSTERS_LIMIT = 4 << 20

/**
 * The disk in a qcow2 image, as a view of it. Throws {@link DiskError} `DISK_SIGNATURE` when it is none, and others for what is broken, or
 * encrypted, compressed or based on another image.
 */
export async function readQcow2(image: Bytes): Promise<Bytes> {
  await using reader = openReader(image)
  const fail = (
    code: 'DISK_TRUNCATED' | 'DISK_SIGNATURE' | 'DISK_FIELD' | 'DISK_TOO_MANY',
    message: string,
    offset?: number,
  ): never => {
    throw new DiskError(code, 'qcow2', message, offset)
  }
  if (image.size < VERSION_2_END) fail('DISK_SIGNATURE', `${image.size} bytes; expected at least ${VERSION_2_END}`)
  const header = await bytesAt(reader, 0, Math.min(HEADER.end, image.size))
  if (header.readUInt32BE(0) !== HEADER.magic) fail('DISK_SIGNATURE', 'it does not begin with QFI', 0)
  const version = header.readUInt32BE(HEADER.version)
  if (version !== 2 && version !== 3) fail('DISK_FIELD', `version ${version}; expected 2 or 3`, HEADER.version)
  if (header.readBigUInt64BE(HEADER.backingOffset) !== 0n)
    fail('DISK_FIELD', 'it is based on another image; convert it to one of its own', HEADER.backingOffset)
  if (header.readUInt32BE(HEADER.encryption) !== 0) fail('DISK_FIELD', 'it is encrypted', HEADER.encryption)
  if (version === 3 && (header.length < HEADER.end || header.readBigUInt64BE(HEADER.incompatible) !== 0n))
    fail('DISK_FIELD', 'it was not closed cleanly, or has features that are not known', HEADER.incompatible)
  const bits = header.readUInt32BE(HEADER.clusterBits)
  if (bits < CLUSTER_BITS.least || bits > CLUSTER_BITS.most)
    fail('DISK_FIELD', `clusters of 2^${bits} bytes; expected 9 to 21`, HEADER.clusterBits)
  const cluster = 2 ** bits
  const size = number(header.readBigUInt64BE(HEADER.size), HEADER.size)
  const span = (cluster / ENTRY_SIZE) * cluster
  const l1Entries = header.readUInt32BE(HEADER.l1Entries)
  const needed = Math.ceil(size / span)
  if (l1Entries < needed || needed * ENTRY_SIZE > L1_LIMIT)
    fail('DISK_FIELD', `${l1Entries} tables for ${size} bytes; expected ${needed}`, HEADER.l1Entries)

  const runs = openRuns(image)
  const tables = new Set<number>()
  let at = 0
  let clusters = 0
  const table = await tableAt(reader, image, number(header.readBigUInt64BE(HEADER.l1Offset), HEADER.l1Offset), needed)
  for (const l1 of table) {
    const end = Math.min(at + span, size)
    const place = number(l1 & OFFSET_MASK, HEADER.l1Offset)
    if (place === 0) runs.add(undefined, end - at)
    else if (tables.has(place)) fail('DISK_FIELD', 'two tables are one', place)
    else {
      tables.add(place)
      for (const entry of await tableAt(reader, image, place, Math.ceil((end - at) / cluster))) {
        const length = Math.min(cluster, size - at)
        const offset = number(entry & OFFSET_MASK, place)
        if (entry & COMPRESSED) fail('DISK_FIELD', 'it has compressed clusters; convert it without compression', place)
        const isZero = offset === 0 || (entry & ALL_ZERO) !== 0n
        if (!isZero) {
          clusters += 1
          if (clusters > CLUSTERS_LIMIT) fail('DISK_TOO_MANY', `more than ${CLUSTERS_LIMIT} clusters with data`)
          if (offset + length > image.size)
            fail('DISK_TRUNCATED', `a cluster at byte ${offset} of ${image.size}`, place)
        }
        runs.add(isZero ? undefined : offset, length)
        at += length
      }
    }
    at = end
  }
  return runs.end()
}

/** Joins what lies one behind the other, in the image or as zeros. */
function openRuns(image: Bytes) {
  const parts: Bytes[] = []
  let start: number | undefined
  let size = 0
  const close = (): void => {
    if (size > 0) parts.push(start === undefined ? zeros(size) : slice(image, start, start + size))
  }
  return {
    /** Zeros when there is no offset. */
    add(offset: number | undefined, length: number): void {
      const isNext = start === undefined ? offset === undefined : offset === start + size
      if (!isNext) {
        close()
        start = offset
        size = 0
      }
      size += length
    },
    end(): Bytes {
      close()
      return concat(parts)
    },
  }
}

const bytesAt = async (reader: Reader, offset: number, length: number): Promise<Buffer> =>
  Buffer.from(await reader.read(offset, length))

async function tableAt(reader: Reader, image: Bytes, offset: number, entries: number): Promise<readonly bigint[]> {
  if (offset + entries * ENTRY_SIZE > image.size)
    throw new DiskError(
      'DISK_TRUNCATED',
      'qcow2',
      `a table of ${entries} entries at byte ${offset} of ${image.size}`,
      offset,
    )
  const bytes = await bytesAt(reader, offset, entries * ENTRY_SIZE)
  return Array.from({ length: entries }, (_, index) => bytes.readBigUInt64BE(index * ENTRY_SIZE))
}

function number(value: bigint, offset: number): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw new DiskError('DISK_FIELD', 'qcow2', `${value} is beyond 2^53`, offset)
}
