import { crc32 } from 'node:zlib'
import { type Bytes, openReader, type Reader } from '@bootwright/bytes'
import { DiskError } from './error.ts'
import { decodeGptEntry, ENTRY_SIZE, type GptEntry } from './gpt-entry.ts'
import { decodeGptHeader, type GptHeader, hex } from './gpt-header.ts'
import { checkPartitions, MAXIMUM_ENTRIES } from './plan-gpt.ts'
import { SECTOR_SIZE } from './sector.ts'

/** An entry is 128 bytes times a power of two (UEFI 2.10, table 5.5); nobody writes more than this. */
const MAXIMUM_ENTRY_SIZE = 4096

export interface Gpt {
  readonly diskId: string
  /** The disk the table was made for, in sectors of 512 bytes; the medium may be larger. */
  readonly sectors: number
  readonly firstUsableSector: number
  readonly lastUsableSector: number
  /** The entries in use, in the order of the table. */
  readonly partitions: readonly (GptEntry & { readonly index: number })[]
  /** Slots in the table. */
  readonly entries: number
  /** Which copy this was read from. */
  readonly copy: 'primary' | 'backup'
  /** What is wrong with the other copy. */
  readonly problems: readonly DiskError[]
}

/**
 * Reads the GUID partition table of a disk with sectors of 512 bytes. When the primary copy is damaged the backup at the end of
 * `bytes` is used. Throws the {@link DiskError} of the primary copy when both are damaged.
 */
export async function readGpt(bytes: Bytes): Promise<Gpt> {
  await using reader = openReader(bytes)
  const primary = await attempt(() => readCopy(reader, 1, 'primary'))
  if (!(primary instanceof DiskError)) {
    const backup = await attempt(() => readCopy(reader, primary.header.otherSector, 'backup'))
    if (backup instanceof DiskError) return { ...primary.table, problems: [backup] }
    return { ...primary.table, problems: differences(primary, backup) }
  }
  const backup = await attempt(() => readCopy(reader, Math.floor(reader.size / SECTOR_SIZE) - 1, 'backup'))
  if (backup instanceof DiskError) throw primary
  return { ...backup.table, problems: [primary] }
}

interface Copy {
  readonly header: GptHeader
  readonly table: Omit<Gpt, 'problems'>
}

async function readCopy(reader: Reader, sector: number, copy: Gpt['copy']): Promise<Copy> {
  const structure = `${copy} GPT header` as const
  const offset = sector * SECTOR_SIZE
  if (sector < 1 || offset + SECTOR_SIZE > reader.size)
    throw new DiskError(
      'DISK_TRUNCATED',
      structure,
      `it stands at sector ${sector}, but the medium has ${reader.size} bytes`,
      offset,
    )
  const header = decodeGptHeader(await reader.read(offset, SECTOR_SIZE), structure, offset)
  if (header.ownSector !== sector)
    throw new DiskError(
      'DISK_FIELD',
      structure,
      `it says that it stands at sector ${header.ownSector}; expected ${sector}`,
      offset + 24,
    )
  checkGeometry(header, offset, copy)

  const { entries, entrySize, entriesSector } = header
  const arrayOffset = entriesSector * SECTOR_SIZE
  const arraySize = entries * entrySize
  if (arrayOffset + arraySize > reader.size)
    throw new DiskError(
      'DISK_TRUNCATED',
      'GPT entry array',
      `${arraySize} bytes, but the medium has ${reader.size} bytes`,
      arrayOffset,
    )
  const array = Buffer.from(await reader.read(arrayOffset, arraySize))
  if (crc32(array) !== header.entriesChecksum)
    throw new DiskError(
      'DISK_CHECKSUM',
      'GPT entry array',
      `the checksum is ${hex(crc32(array))}; the header says ${hex(header.entriesChecksum)}`,
      arrayOffset,
    )
  const partitions: Gpt['partitions'][number][] = []
  for (let index = 0; index < entries; index += 1) {
    const entry = decodeGptEntry(
      array.subarray(index * entrySize, (index + 1) * entrySize),
      arrayOffset + index * entrySize,
    )
    if (entry) partitions.push({ ...entry, index })
  }
  checkPartitions(partitions, header.firstUsableSector, header.lastUsableSector, arrayOffset)
  const { diskId, firstUsableSector, lastUsableSector, ownSector, otherSector } = header
  const sectors = Math.max(ownSector, otherSector) + 1
  return { header, table: { diskId, sectors, firstUsableSector, lastUsableSector, partitions, entries, copy } }
}

/** Nothing that the header says may reach over something else that it says (UEFI 2.10 5.3.2). */
function checkGeometry(header: GptHeader, offset: number, copy: Gpt['copy']): void {
  const structure = `${copy} GPT header` as const
  const { entries, entrySize, entriesSector, firstUsableSector, lastUsableSector, ownSector, otherSector } = header
  const isEntrySize = entrySize >= ENTRY_SIZE && entrySize <= MAXIMUM_ENTRY_SIZE && (entrySize & (entrySize - 1)) === 0
  if (!isEntrySize)
    throw new DiskError(
      'DISK_FIELD',
      structure,
      `an entry has ${entrySize} bytes; expected ${ENTRY_SIZE} times a power of two, at most ${MAXIMUM_ENTRY_SIZE}`,
      offset + 84,
    )
  if (entries > MAXIMUM_ENTRIES)
    throw new DiskError(
      'DISK_TOO_MANY',
      structure,
      `${entries} entries; expected at most ${MAXIMUM_ENTRIES}`,
      offset + 80,
    )
  const last = Math.max(ownSector, otherSector)
  const entriesEnd = entriesSector + Math.ceil((entries * entrySize) / SECTOR_SIZE)
  const isOrdered =
    firstUsableSector <= lastUsableSector &&
    lastUsableSector < last &&
    (copy === 'primary'
      ? entriesSector > ownSector && entriesEnd <= firstUsableSector
      : entriesSector > lastUsableSector && entriesEnd <= ownSector)
  if (!isOrdered)
    throw new DiskError(
      'DISK_OUTSIDE',
      structure,
      `entry array in sectors ${entriesSector} to ${entriesEnd - 1}, usable sectors ${firstUsableSector} to ${lastUsableSector}, other header at ${otherSector}: they overlap or leave the disk`,
      offset + 24,
    )
}

function differences(primary: Copy, backup: Copy): DiskError[] {
  const offset = backup.header.ownSector * SECTOR_SIZE
  const isSame =
    backup.header.entriesChecksum === primary.header.entriesChecksum && backup.header.diskId === primary.header.diskId
  return isSame
    ? []
    : [
        new DiskError(
          'DISK_CHECKSUM',
          'backup GPT header',
          'it describes other partitions than the primary one',
          offset,
        ),
      ]
}

async function attempt<T>(action: () => Promise<T>): Promise<T | DiskError> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof DiskError) return error
    throw error
  }
}
