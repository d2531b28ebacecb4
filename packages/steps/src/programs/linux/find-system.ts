import type { StepContext } from '@bootwright/api'
import { type FoundSystem, systemOn } from '../system-on.ts'
import { partitionsOf, property } from './volumes.ts'

export interface InstalledSystem extends FoundSystem {
  /** Path of the device. */
  readonly volume: string
}

/** File systems that systems are on, and those that are captured. */
export const CAPTURED: ReadonlySet<string> = new Set(['ext4', 'ext3', 'ext2', 'xfs', 'btrfs', 'ntfs', 'vfat', 'exfat'])

/** The volume with an operating system: the one that a variable names, or the only one. Throws when there is none, or several. */
export async function installedSystem(context: StepContext): Promise<InstalledSystem> {
  const { variables, disks } = context
  const named = variables.get('OSDCaptureSource')
  const found: InstalledSystem[] = []
  const candidates = named === undefined ? await volumesOn(context) : [named]
  for (const volume of candidates) {
    const system = await systemOn(await disks.mount(volume)).finally(() => disks.unmount(volume))
    if (system) found.push({ ...system, volume })
  }
  const [system, ...more] = found
  if (system && more.length === 0) return system
  if (!system)
    throw new Error(`no operating system was found on ${candidates.join(', ') || 'the disks of this computer'}`)
  throw new Error(
    `there are several operating systems: ${found.map(({ name, volume }) => `${name} on ${volume}`).join(', ')}; say which one in OSDCaptureSource`,
  )
}

async function volumesOn(context: StepContext): Promise<readonly string[]> {
  const all: string[] = []
  for (const { path } of await context.disks.list()) {
    const partitions = await partitionsOf(context, path).catch(() => [])
    for (const volume of partitions) if (CAPTURED.has(await property(context, volume, 'TYPE'))) all.push(volume)
  }
  return all
}
