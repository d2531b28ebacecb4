import type { ComputerDisk, StepContext } from '@bootwright/api'

/** The disk of a number or a path. Throws, naming those that exist. */
export async function diskOf({ disks }: Pick<StepContext, 'disks'>, wanted: number | string): Promise<ComputerDisk> {
  const all = await disks.list()
  const text = String(wanted)
  const found = all.find(each => each.path === text) ?? all.find(each => String(each.number) === text)
  if (found) return found
  const known = all.map(({ number, path, size }) => `${number} (${path}, ${(size / 1e9).toFixed(1)} GB)`)
  throw new Error(`there is no disk ${text}; this computer has ${known.join(', ') || 'none that can be written'}`)
}

/** `/dev/sda1`, `/dev/nvme0n1p1`. */
export const partitionPath = (disk: string, number: number): string => `${disk}${/\d$/.test(disk) ? 'p' : ''}${number}`
