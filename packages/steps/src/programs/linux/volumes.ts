import { readlink, realpath } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { StepContext } from '@bootwright/api'
import { runOrThrow } from '../run-program.ts'

/** `/dev/sda3`, of a path or of `PARTUUID=…`. Throws when no partition has the name now. */
export async function deviceOf(context: Pick<StepContext, 'run'>, volume: string): Promise<string> {
  if (volume.startsWith('/')) return volume
  const { output } = await context.run('blkid', ['-l', '-o', 'device', '-t', volume])
  const device = output.trim()
  if (device.startsWith('/')) return device
  throw new Error(`no partition of this computer is ${volume}`)
}

/** What `blkid` knows of a volume under this name: `UUID`, `TYPE`, `PART_ENTRY_TYPE`. Empty when it is none. */
export async function property(context: Pick<StepContext, 'run'>, volume: string, name: string): Promise<string> {
  const device = await deviceOf(context, volume)
  const { output } = await context.run('blkid', ['-p', '-s', name, '-o', 'value', device])
  return output.trim()
}

export const fileSystemOn = (context: Pick<StepContext, 'run'>, volume: string): Promise<string> =>
  property(context, volume, 'TYPE')

/** The disk that a partition is on: `/dev/sda`. Throws for what is no partition. */
export async function diskWith(context: Pick<StepContext, 'run'>, volume: string): Promise<string> {
  const device = await deviceOf(context, volume)
  const place = await realpath(`/sys/class/block/${basename(device)}`)
  if ((await readlink(`/sys/class/block/${basename(dirname(place))}`).catch(() => undefined)) === undefined)
    throw new Error(`${device} is no partition of a disk`)
  return `/dev/${basename(dirname(place))}`
}

/** The partitions of a disk. */
export async function partitionsOf(context: Pick<StepContext, 'run'>, disk: string): Promise<readonly string[]> {
  const output = await runOrThrow(context, 'sfdisk', ['--list', '--output', 'Device', '--quiet', disk])
  return output
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.startsWith('/dev/'))
}
