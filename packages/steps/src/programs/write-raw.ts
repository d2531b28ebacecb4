import { open } from 'node:fs/promises'
import type { StepContext } from '@bootwright/api'
import { type Bytes, fromFile, read } from '@bootwright/bytes'
import { readQcow2 } from '@bootwright/format-disk'
import { partitionsOf, property } from './linux/volumes.ts'
import { runOrThrow } from './run-program.ts'

const PIECE = 4 << 20
/** Partitions that a system may be on, by their file system. */
const SYSTEM = new Set(['ext4', 'ext3', 'xfs', 'btrfs', 'ntfs'])

/** Writes the image of a disk or a partition (raw, qcow2). Returns the volume with the system. */
export async function writeRaw(context: StepContext, path: string, to: string): Promise<string> {
  const file = await fromFile(path)
  const bytes: Bytes = (await readQcow2(file)) ?? file
  const isDisk = (await context.disks.list()).some(each => each.path === to)
  await (isDisk ? context.disks.release(to) : context.disks.unmount(to))
  const target = await open(to, 'r+')
  try {
    for (let at = 0; at < bytes.size; at += PIECE) {
      context.signal.throwIfAborted()
      await target.write(await read(bytes, at, Math.min(PIECE, bytes.size - at)), 0, undefined, at)
      context.log.progress(at, bytes.size, 'bytes')
    }
    await target.sync()
  } finally {
    await target.close()
  }
  if (!isDisk) return to
  await runOrThrow(context, 'blockdev', ['--rereadpt', to])
  return await systemVolume(context, to)
}

async function systemVolume(context: StepContext, disk: string): Promise<string> {
  const partitions = await partitionsOf(context, disk)
  for (const device of partitions)
    if (SYSTEM.has(await property(context, device, 'TYPE')))
      return `PARTUUID=${await property(context, device, 'PART_ENTRY_UUID')}`
  throw new Error(
    `the image on ${disk} has no partition with an operating system; found ${partitions.join(', ') || 'none'}`,
  )
}
