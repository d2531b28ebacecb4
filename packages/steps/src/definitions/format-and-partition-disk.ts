import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { sizeText, variableName } from './common.ts'

/** What a partition is for. `biosBoot` takes GRUB on a GPT disk that a BIOS starts; `reserved` is Microsoft's. */
export const PARTITION_TYPES = [
  'primary',
  'efi',
  'biosBoot',
  'reserved',
  'recovery',
  'swap',
  'extended',
  'logical',
  'hidden',
] as const
export type PartitionType = (typeof PARTITION_TYPES)[number]
export type FormattedAs = 'fat32' | 'exfat' | 'ntfs' | 'ext4' | 'swap'

export interface PartitionOptions {
  readonly type: PartitionType
  readonly name?: string | undefined
  /** Bytes, or percent of what the others with a size in bytes leave; all that is left when absent. */
  readonly size?: number | { readonly percent: number } | undefined
  /** Not formatted when absent. */
  readonly fileSystem?: FormattedAs | undefined
  readonly label?: string | undefined
  /** Takes the volume's name, for later steps. */
  readonly variable?: string | undefined
  readonly bootable: boolean
}
export interface FormatAndPartitionDiskOptions {
  readonly disk: number | string
  readonly style: 'gpt' | 'mbr'
  readonly partitions: readonly PartitionOptions[]
}

const percent = z
  .string()
  .regex(/^(100|[1-9]\d?) ?%$/, 'expected a size such as 512MB, 20GB or 50%')
  .transform(text => ({ percent: Number.parseInt(text, 10) }))

const partition: z.ZodType<PartitionOptions> = z
  .strictObject({
    type: z.enum(PARTITION_TYPES).default('primary'),
    name: z
      .string()
      .regex(/^[^\p{Cc}",]{1,36}$/u, 'expected at most 36 characters without quotes and commas')
      .optional()
      .meta({ description: 'Name of the partition, on a GPT disk' }),
    size: z
      .union([percent, sizeText], 'expected a size such as 512MB, 20GB or 50%')
      .optional()
      .meta({ description: '512MB, 20GB, or 50% of the remaining space; all remaining space by default' }),
    fileSystem: z.enum(['fat32', 'exfat', 'ntfs', 'ext4', 'swap']).optional(),
    label: z.string().min(1).max(32).optional(),
    variable: variableName.optional().meta({ description: 'Receives the name of the volume, for later steps' }),
    bootable: z.boolean().default(false).meta({ description: 'The active partition of an MBR disk' }),
  })
  .transform(each => ({ ...each, ...(each.fileSystem === undefined && DEFAULT_FILE_SYSTEM[each.type]) }))

const DEFAULT_FILE_SYSTEM: Readonly<Partial<Record<PartitionType, { readonly fileSystem: FormattedAs }>>> = {
  efi: { fileSystem: 'fat32' },
  swap: { fileSystem: 'swap' },
}

const schema: z.ZodType<FormatAndPartitionDiskOptions> = z
  .strictObject({
    disk: z
      .union([z.int().min(0), z.string().min(1)])
      .default(0)
      .meta({ description: 'Number of the disk, from 0; or its path; or %VARIABLE%' }),
    style: z.enum(['gpt', 'mbr']).default('gpt'),
    partitions: z.array(partition).min(1),
  })
  .refine(({ partitions }) => partitions.slice(0, -1).every(({ size }) => size !== undefined), {
    message: 'the partition that takes all remaining space must be the last one; set its size, or move it to the end',
    path: ['partitions'],
  })
  .refine(
    ({ style, partitions }) =>
      style === 'gpt' || partitions.every(({ type }) => type !== 'biosBoot' && type !== 'reserved'),
    {
      message: 'an MBR disk has no partitions of the types biosBoot and reserved',
      path: ['partitions'],
    },
  )
  .refine(
    ({ style, partitions }) =>
      style === 'mbr' || partitions.every(({ type }) => type !== 'extended' && type !== 'logical'),
    {
      message: 'a GPT disk has no extended and logical partitions: all of them are primary',
      path: ['partitions'],
    },
  )

export const formatAndPartitionDisk: Step<FormatAndPartitionDiskOptions> = {
  title: 'Format and Partition Disk',
  description: 'Creates a new partition table on a disk and formats its partitions. Everything on the disk is erased.',
  schema,
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { OSDDiskIndex: 'Replaces `disk`', OSDPartitionStyle: 'Overrides `style`: GPT or MBR' },
    sets: { OSDTargetSystemDrive: 'The largest volume for an operating system' },
  },
  program: import.meta.resolve('@bootwright/steps/programs/format-and-partition-disk'),
}
