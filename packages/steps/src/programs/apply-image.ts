import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContent, StepContext } from '@bootwright/api'
import type { Destination } from '../definitions/apply-operating-system-image.ts'
import { diskOf, partitionPath } from './disk.ts'
import { applyWim } from './wim.ts'
import { writeRaw } from './write-raw.ts'

export interface ImageToApply {
  readonly image: string
  readonly index?: number | undefined
  readonly destination?: Destination | undefined
}

const WIM_MAGIC = 'MSWIM\0\0\0'
/** Kept when a volume is emptied: the state of the sequence, and what belongs to the file system. */
const KEPT = new Set(['_smstasksequence', 'lost+found', 'system volume information', '$recycle.bin'])

/** Applies an image. What was on the volume or the disk is lost. Returns the volume with the system, or with the data. */
export async function applyImage(
  context: StepContext,
  { image, index, destination }: ImageToApply,
  { isWiped = true }: { readonly isWiped?: boolean } = {},
): Promise<string> {
  const content = await context.content('operatingSystemImage', image)
  const path = await content.path(fileOf(content, image))
  const isWim = (await startOf(path)) === WIM_MAGIC
  if (!isWim) return await writeRaw(context, path, await wholeOf(context, destination))
  const volume = await volumeOf(context, destination)
  if (isWiped) await wipe(await context.disks.mount(volume), context)
  await applyWim(context, { path, index: index ?? content.imageIndex ?? 1, volume })
  return volume
}

/** The one file of an image; of several, the first part of a WIM. */
function fileOf({ files }: StepContent, image: string): string {
  const [only, ...more] = files
  const wim = more.length === 0 ? only : files.find(each => /\.wim$/i.test(each))
  if (wim !== undefined) return wim
  throw new Error(`the image "${image}" has the files ${files.join(', ')}, and none of them is a WIM`)
}

async function startOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(WIM_MAGIC.length), 0, WIM_MAGIC.length, 0)
    return buffer.subarray(0, bytesRead).toString('latin1')
  } finally {
    await file.close()
  }
}

async function volumeOf(context: StepContext, destination: Destination | undefined): Promise<string> {
  if (typeof destination === 'string') return destination
  if (destination === undefined) {
    const volume = context.variables.get('OSDTargetSystemDrive')
    if (volume !== undefined) return volume
    throw new Error('there is no volume to apply the image to; partition a disk before, or say the destination')
  }
  if (destination.partition === undefined)
    throw new Error('a WIM is applied to a partition, and the destination is a whole disk; say which partition')
  return partitionPath((await diskOf(context, destination.disk)).path, destination.partition)
}

/** Of an image that is written as it is: a disk, or a partition. */
async function wholeOf(context: StepContext, destination: Destination | undefined): Promise<string> {
  if (typeof destination === 'object' && destination.partition === undefined)
    return (await diskOf(context, destination.disk)).path
  return await volumeOf(context, destination)
}

async function wipe(root: string, { log }: StepContext): Promise<void> {
  const names = (await readdir(root)).filter(name => !KEPT.has(name.toLowerCase()))
  if (names.length > 0) log.info('emptying the volume')
  for (const name of names) await rm(join(root, name), { recursive: true, force: true })
}
