import { createHash } from 'node:crypto'
import {
  BASIC_DATA_PARTITION,
  EFI_SYSTEM_PARTITION,
  encodeMbr,
  type GptPartition,
  gptSectors,
  guidFrom,
  MBR_TYPE,
  type MbrPartition,
  type PlannedGpt,
  planGpt,
  protectivePartition,
} from '@bootwright/format-disk'
import { IsoError } from '../errors.ts'
import type { IsoOptions } from '../options.ts'
import { SECTOR_SIZE, SECTORS_PER_BLOCK, SYSTEM_AREA_BLOCKS } from '../structures/blocks.ts'
import type { Content, Nodes } from '../structures/nodes.ts'
import { type BootFile, fileAt } from './boot-entries.ts'

/** What makes a volume a disk as well, once the size of the image is known. */
export interface Hybrid {
  readonly hasGpt: boolean
  encode(blocks: number): { readonly mbr: Uint8Array; readonly gpt: PlannedGpt | undefined }
}

/** The code of isohdpfx.bin ends where it looks for the address of the boot file. */
const CODE_LIMIT = 432
const CODE_SIZE = 440
/** Bit 60 of the attributes of a basic data partition: read-only. */
const READ_ONLY = 1n << 60n
/** Bits 62 and 63: hidden, and no drive letter - the gaps hold no file system of their own. */
const HIDDEN = 3n << 62n
/** "Hidden NTFS", which isohybrid has always used: no system tries to mount it as something else. */
const TYPE_ISO = 0x17

/** Blocks at the end of the image that the backup GPT takes. */
export const HYBRID_END_BLOCKS: number = Math.ceil(gptSectors() / SECTORS_PER_BLOCK)

/** Throws {@link IsoError} `MBR_CODE` or `SYSTEM_PARTITION`. The files must have their places. */
export function hybridOf(
  options: NonNullable<IsoOptions['hybrid']>,
  nodes: Nodes,
  bootFiles: readonly BootFile[],
): Hybrid {
  const { mbrCode, seed } = options
  const code = bootCode(mbrCode, bootFiles.find(file => file.platform === 'bios')?.content)
  const mbr = (partitions: readonly MbrPartition[]): Uint8Array =>
    encodeMbr({ code, diskSignature: diskSignature(seed), partitions })
  const path = options.systemPartition ?? bootFiles.find(file => file.platform === 'uefi')?.path
  const system = path === undefined ? undefined : fileAt(nodes, path, 'SYSTEM_PARTITION')
  return {
    hasGpt: system !== undefined,
    encode(blocks) {
      const sectors = blocks * SECTORS_PER_BLOCK
      // Without UEFI there is nothing for a GPT to say: one active partition over the whole, as isohybrid makes it.
      if (!system)
        return {
          mbr: mbr([{ type: TYPE_ISO, isActive: true, firstSector: 0, sectors: Math.min(sectors, 0xffffffff) }]),
          gpt: undefined,
        }
      const partitions = partitionsOf(seed, system, sectors)
      const gpt = planGpt({ diskId: guidFrom(`${seed} disk`), sectors, partitions })
      // UEFI 2.10 5.2.3 wants the protective partition inactive, and some BIOSes boot no disk without an active one.
      const active = { type: MBR_TYPE.empty, isActive: true, firstSector: 0, sectors: 1 }
      return { mbr: mbr([protectivePartition(sectors), active]), gpt }
    },
  }
}

/** The address is 64 bits in sectors of 512 bytes, right behind the code (isohybrid of SYSLINUX). */
function bootCode(mbrCode: Uint8Array | undefined, bootFile: Content | undefined): Uint8Array {
  const code = Buffer.alloc(CODE_SIZE)
  if (!mbrCode) return code
  if (mbrCode.length > CODE_LIMIT)
    throw new IsoError(
      'MBR_CODE',
      `found boot code of ${mbrCode.length} bytes; expected up to ${CODE_LIMIT}: what follows holds the address of the boot file`,
    )
  if (!bootFile)
    throw new IsoError('MBR_CODE', 'found boot code and no boot entry for a BIOS, whose file it would load; add one')
  code.set(mbrCode)
  code.writeBigUInt64LE(BigInt(bootFile.block * SECTORS_PER_BLOCK), CODE_LIMIT)
  return code
}

/** The EFI system partition, and the rest of the volume before and behind it so that no tool takes it for free space. */
function partitionsOf(seed: string, system: Content, sectors: number): GptPartition[] {
  const first = system.block * SECTORS_PER_BLOCK
  const end = first + Math.ceil(system.bytes.size / SECTOR_SIZE)
  const partition = (
    name: string,
    type: string,
    firstSector: number,
    endSector: number,
    attributes: bigint,
  ): GptPartition[] =>
    endSector > firstSector
      ? [{ type, name, id: guidFrom(`${seed} ${name}`), firstSector, lastSector: endSector - 1, attributes }]
      : []
  return [
    ...partition('Gap0', BASIC_DATA_PARTITION, SYSTEM_AREA_BLOCKS * SECTORS_PER_BLOCK, first, READ_ONLY | HIDDEN),
    ...partition('EFI system', EFI_SYSTEM_PARTITION, first, end, 0n),
    ...partition(
      'Gap1',
      BASIC_DATA_PARTITION,
      end,
      sectors - HYBRID_END_BLOCKS * SECTORS_PER_BLOCK,
      READ_ONLY | HIDDEN,
    ),
  ]
}

/** 32 bits at byte 440, never 0: that would mean that there is none. */
const diskSignature = (seed: string): number => createHash('sha256').update(seed).digest().readUInt32LE(0) || 1
