import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ComputerDisk, StepContext } from '@bootwright/api'
import type { FormatAndPartitionDiskOptions, PartitionOptions } from '../../definitions/format-and-partition-disk.ts'
import { runOrThrow } from '../run-program.ts'

/** Letters that are given to volumes, so that later steps find them: C first, and none that Windows PE has. */
const LETTERS = ['C', ...'STUVWYZRQPONM']

/** Makes the partitions and their file systems by `diskpart`. Returns the letters of the volumes: `C:`. */
export async function partitionWindows(
  context: StepContext,
  { number }: ComputerDisk,
  { style, partitions }: FormatAndPartitionDiskOptions,
): Promise<readonly string[]> {
  const letters = lettersOf(partitions)
  const script = [
    `select disk ${number}`,
    'clean',
    `convert ${style}`,
    ...partitions.flatMap((each, index) => lines(style, each, letters[index])),
    'exit',
    '',
  ]
  const file = join(await context.folder(), 'diskpart.txt')
  await writeFile(file, script.join('\r\n'))
  await runOrThrow(context, 'diskpart', ['/s', file])
  return letters.map(letter => (letter === undefined ? '' : `${letter}:`))
}

/** The system's own volume is C. */
function lettersOf(partitions: readonly PartitionOptions[]): readonly (string | undefined)[] {
  const free = [...LETTERS]
  const first = partitions.findIndex(({ type, fileSystem }) => type === 'primary' && fileSystem === 'ntfs')
  const letters: (string | undefined)[] = partitions.map(() => undefined)
  if (first >= 0) letters[first] = free.shift()
  else free.shift()
  for (const [index, { fileSystem }] of partitions.entries())
    if (index !== first && fileSystem !== undefined) letters[index] = free.shift()
  return letters
}

const CREATE = {
  primary: 'create partition primary',
  efi: 'create partition efi',
  reserved: 'create partition msr',
  recovery: 'create partition primary',
  extended: 'create partition extended',
  logical: 'create partition logical',
  hidden: 'create partition primary',
} as const
const RECOVERY = 'DE94BBA4-06D1-4D40-A16A-BFD50179D6AC'

function lines(style: 'gpt' | 'mbr', each: PartitionOptions, letter: string | undefined): string[] {
  const { type, size, fileSystem, label, bootable } = each
  if (type === 'biosBoot' || type === 'swap' || fileSystem === 'ext4')
    throw new Error(`diskpart makes no partition of the type ${type}${fileSystem ? ` with ${fileSystem}` : ''}`)
  return [
    `${CREATE[type]}${typeof size === 'number' ? ` size=${Math.floor(size / 2 ** 20)}` : ''}`,
    ...(fileSystem === undefined
      ? []
      : [`format quick fs=${fileSystem}${label === undefined ? '' : ` label="${label}"`}`]),
    ...(letter === undefined ? [] : [`assign letter=${letter}`]),
    ...(bootable && style === 'mbr' ? ['active'] : []),
    ...(type === 'recovery' && style === 'gpt' ? [`set id=${RECOVERY}`, 'gpt attributes=0x8000000000000001'] : []),
    ...(type === 'hidden' && style === 'mbr' ? ['set id=17'] : []),
  ]
}
