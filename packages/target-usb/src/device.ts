import type { FinishedMedium, Image, TargetWriteRequest, WrittenPart } from '@bootwright/api'
import { fromDevice, updateFile, updateSize } from '@bootwright/bytes'
import { type Disk, findDisk, linuxDisks, macosDisks, reasonsAgainst, windowsDisks } from '@bootwright/disks'
import { updateImage } from '@bootwright/image-writer'
import { DeviceError } from './device-error.ts'
import { usbReader } from './reader.ts'

/** Lists the disks of this computer. */
export type ListDisks = () => Promise<readonly Disk[]>

const LISTS: Readonly<Partial<Record<NodeJS.Platform, ListDisks>>> = {
  linux: () => linuxDisks(),
  win32: () => windowsDisks(),
  darwin: () => macosDisks(),
}
/** Disks are looked at on all of {@link LISTS}; writing to them was proved here only, and what it may destroy is not tried on people. */
const WRITES: readonly NodeJS.Platform[] = ['linux']

/** Throws {@link DeviceError} `NO_DEVICES` where nobody knows how. */
export const disksOfThisComputer: ListDisks = async () => (await LISTS[process.platform]?.()) ?? noDevices()

const noDevices = (): never => {
  throw new DeviceError(
    'NO_DEVICES',
    `disks are written to on ${WRITES.join(', ')} only so far, not on ${process.platform}; write an image (\`file\`), and it to the stick with a tool of this system`,
  )
}

/** The serial number, or the path of a disk that has none: by this the user names what may be erased. */
const nameOf = ({ serial, path }: Disk): string => serial || path

/** What people should know of a disk before it is erased. */
export const factsOf = (disk: Disk): Readonly<Record<string, string>> => ({
  disk: [disk.path, disk.model, disk.transport, `${disk.size} bytes`].filter(Boolean).join(', '),
  'serial number': disk.serial || 'none',
  contents:
    disk.partitions
      .map(({ path, size, content }) => [path, content, `${size} bytes`].filter(Boolean).join(' '))
      .join(', ') || 'no partitions',
})

/** The disk at `device`. Throws {@link DeviceError} `DISK_REFUSED` with every reason when it must not be written to. */
export async function usableDisk(device: string, list: ListDisks): Promise<Disk> {
  const disk = await findDisk(device, await list())
  const reasons = reasonsAgainst(disk)
  if (reasons.length === 0) return disk
  throw new DeviceError(
    'DISK_REFUSED',
    `${device} cannot be written: ${reasons.map(({ message }) => message).join('; ')}`,
  )
}

/**
 * Writes an image to a disk: all of it, when the user has agreed to lose what is there; or what differs, when an earlier build of the same
 * medium is there and an update was asked for.
 */
export async function writeDevice(
  { parts }: Image,
  device: string,
  request: TargetWriteRequest,
  list: ListDisks,
): Promise<readonly WrittenPart[]> {
  const { update, verify, medium, signal, progress } = request
  const part = parts[0]!
  if (!WRITES.includes(process.platform)) noDevices()
  const disk = await usableDisk(device, list)
  const { path } = disk
  const startProgress = (total: number) => progress.start(`${update ? 'update' : 'write'} ${path}`, total, 'bytes')
  if (update) {
    await checkSame(disk, list)
    const open = () => fromDevice(path)
    const updated = await updateImage(part, { path, open, reader: usbReader, medium, verify, signal, startProgress })
    return [{ destination: part.destination, size: part.bytes.size, updated }]
  }
  await agree(disk, medium, request)
  await checkSame(disk, list)
  const same = part.free ?? []
  const task = startProgress(updateSize(part.bytes, same))
  await updateFile(path, part.bytes, { same, isNew: true, verify, signal, onProgress: task.report })
  task.end()
  return [{ destination: part.destination, size: part.bytes.size }]
}

async function agree(disk: Disk, { name }: FinishedMedium, { erase, prompt }: TargetWriteRequest): Promise<void> {
  const wanted = nameOf(disk)
  const facts = Object.entries(factsOf(disk)).map(([fact, value]) => `  ${fact}: ${value}`)
  const refuse = (why: string): never => {
    throw new DeviceError(
      'NOT_AGREED',
      `${why}\n${facts.join('\n')}\nallow it with --yes-erase ${JSON.stringify(wanted)}`,
    )
  }
  if (erase !== undefined && erase !== wanted)
    refuse(`--yes-erase names ${JSON.stringify(erase)}, and ${disk.path} is ${JSON.stringify(wanted)}`)
  if (erase === wanted) return
  if (!prompt) return refuse(`everything on ${disk.path} would be lost, and there is no terminal to confirm it`)
  const answer = await prompt(
    `Medium "${name}" takes a whole disk, and all that is on it is lost:\n${facts.join('\n')}\nType ${wanted} to go on: `,
  )
  if (answer.trim() !== wanted) refuse(`cancelled; ${disk.path} is unchanged`)
}

/** A stick that was pulled out while somebody read its name must not be taken for the next one. */
async function checkSame(disk: Disk, list: ListDisks): Promise<void> {
  const now = await usableDisk(disk.path, list)
  if (now.identity !== disk.identity)
    throw new DeviceError(
      'DISK_CHANGED',
      `${disk.path} has been replaced by another disk meanwhile; check it, and try again`,
    )
}
