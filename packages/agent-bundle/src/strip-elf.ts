import { type Bytes, fromMemory, overlay, read, slice } from '@bootwright/bytes'
import { AgentBundleError } from './errors.ts'

/** Fields of the ELF64 file header (System V ABI, chapter 4 "ELF Header"), as offset; all little-endian. */
const HEADER = {
  class: 4, // EI_CLASS: 2 is 64-bit
  data: 5, // EI_DATA: 1 is little-endian
  programHeaders: 0x20, // e_phoff, 8 bytes
  sectionHeaders: 0x28, // e_shoff, 8 bytes
  programHeaderSize: 0x36, // e_phentsize, 2 bytes
  programHeaderCount: 0x38, // e_phnum, 2 bytes
  sectionHeaderCount: 0x3c, // e_shnum, 2 bytes
  size: 0x40,
} as const
/** Fields of a program header (chapter 5 "Program Header"). */
const SEGMENT = { offset: 0x08, fileSize: 0x20, size: 0x38 } as const
const MAGIC = 0x7f454c46

/**
 * Removes symbols and the section table, which only debuggers and linkers read, from an ELF program. Loaded segments stay at their offsets.
 * Throws {@link AgentBundleError} `ELF_INVALID` for a file that is not a 64-bit little-endian ELF file.
 */
export async function stripElf(program: Bytes): Promise<Bytes> {
  const header = view(await part(program, 0, HEADER.size))
  if (header.getUint32(0) !== MAGIC || header.getUint8(HEADER.class) !== 2 || header.getUint8(HEADER.data) !== 1)
    throw new AgentBundleError('ELF_INVALID', 'not a 64-bit little-endian ELF program')
  const tableOffset = offsetAt(header, HEADER.programHeaders)
  const entrySize = header.getUint16(HEADER.programHeaderSize, true)
  const count = header.getUint16(HEADER.programHeaderCount, true)
  if (entrySize < SEGMENT.size || count === 0)
    throw new AgentBundleError(
      'ELF_INVALID',
      `not an ELF program: found ${count} program headers of ${entrySize} bytes; expected at least 1 of ${SEGMENT.size} bytes`,
    )
  const table = view(await part(program, tableOffset, entrySize * count))
  let end = tableOffset + entrySize * count
  for (let at = 0; at < table.byteLength; at += entrySize)
    end = Math.max(end, offsetAt(table, at + SEGMENT.offset) + offsetAt(table, at + SEGMENT.fileSize))
  if (end > program.size)
    throw new AgentBundleError(
      'ELF_INVALID',
      `this ELF program is truncated: expected ${end} bytes, found ${program.size}`,
    )
  return overlay(slice(program, 0, end), [
    { offset: HEADER.sectionHeaders, bytes: fromMemory(new Uint8Array(8)) },
    // e_shnum and e_shstrndx are adjacent.
    { offset: HEADER.sectionHeaderCount, bytes: fromMemory(new Uint8Array(4)) },
  ])
}

async function part(program: Bytes, offset: number, length: number): Promise<Uint8Array> {
  if (offset + length > program.size)
    throw new AgentBundleError(
      'ELF_INVALID',
      `this ELF program is truncated: expected ${offset + length} bytes, found ${program.size}`,
    )
  return await read(program, offset, length)
}

const view = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength)

function offsetAt(data: DataView, at: number): number {
  const offset = Number(data.getBigUint64(at, true))
  if (!Number.isSafeInteger(offset))
    throw new AgentBundleError('ELF_INVALID', `offset ${offset} in this ELF file is out of range`)
  return offset
}
