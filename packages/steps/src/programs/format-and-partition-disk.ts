import type { StepContext, StepProgram } from '@bootwright/api'
import type { FormatAndPartitionDiskOptions } from '../definitions/format-and-partition-disk.ts'
import { diskOf } from './disk.ts'
import { partitionLinux } from './linux/partition.ts'
import { DISK_FULL } from './run-program.ts'
import { partitionWindows } from './windows/partition.ts'

const program: StepProgram<FormatAndPartitionDiskOptions> = {
  async run(options, context) {
    const { variables } = context
    const style = (variables.get('OSDPartitionStyle') ?? options.style).toLowerCase() === 'mbr' ? 'mbr' : 'gpt'
    const disk = await diskOf(context, variables.get('OSDDiskIndex') ?? options.disk)
    context.log.info(
      `${disk.path}, ${(disk.size / 1e9).toFixed(1)} GB: ${style.toUpperCase()}, ${options.partitions.length} partitions`,
    )
    const layout = layOut(options, disk.size)
    // Of a sequence that was interrupted, its own state may be on it.
    await context.disks.release(disk.path)
    const partition = context.platform === 'windows' ? partitionWindows : partitionLinux
    const volumes = await partition(context, disk, { ...options, style, partitions: layout })
    for (const [index, { variable }] of options.partitions.entries())
      if (variable !== undefined) variables.set(variable, volumes[index]!)
    await keepState(options, volumes, context)
  },
}
export default program

/** What the tables of a disk and the beginnings of its partitions take at most. Bytes. */
const RESERVE = 4 << 20

/** With percents of what is left as sizes in bytes. Throws when the disk is too small. */
function layOut(
  { partitions }: FormatAndPartitionDiskOptions,
  size: number,
): FormatAndPartitionDiskOptions['partitions'] {
  const fixed = partitions.reduce((sum, each) => sum + (typeof each.size === 'number' ? each.size : 0), 0)
  const left = size - RESERVE - fixed
  if (left < 0)
    throw Object.assign(
      new Error(
        `the disk has ${size} bytes, and the partitions need ${fixed + RESERVE}; take a larger disk, or make them smaller`,
      ),
      { exitCode: DISK_FULL },
    )
  return partitions.map(each =>
    typeof each.size === 'object' ? { ...each, size: Math.floor((left * each.size.percent) / 100) } : each,
  )
}

/** The largest volume of the operating system's kind takes the state of the sequence, so that it goes on after the power was cut. */
async function keepState(
  { partitions }: FormatAndPartitionDiskOptions,
  volumes: readonly string[],
  { disks, variables }: StepContext,
): Promise<void> {
  const rank = ({ size }: (typeof partitions)[number]): number =>
    typeof size === 'number' ? size : Number.POSITIVE_INFINITY
  const index = partitions
    .map((each, at) => ({ each, at }))
    .filter(({ each }) => each.type === 'primary' && (each.fileSystem === 'ext4' || each.fileSystem === 'ntfs'))
    .sort((a, b) => rank(b.each) - rank(a.each))[0]?.at
  if (index === undefined) return
  variables.set('OSDTargetSystemDrive', volumes[index]!)
  await disks.keepStateOn(volumes[index]!)
}
