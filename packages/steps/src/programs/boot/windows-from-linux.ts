import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '@bootwright/api'
import type { BcdDevice } from '@bootwright/format-hive'
import { efiPartitionOf } from '../linux/efi-partition.ts'
import { property } from '../linux/volumes.ts'
import { windowsBootStore } from './windows-store.ts'

const LOCALE = 'en-US'

/** Boot files of Windows, by where they are in it and where the boot manager has them. */
const COPIED = [
  ['Windows/Boot/EFI', 'EFI/Microsoft/Boot'],
  ['Windows/Boot/Fonts', 'EFI/Microsoft/Boot/Fonts'],
  ['Windows/Boot/Resources', 'EFI/Microsoft/Boot/Resources'],
] as const

/** What `bcdboot /f UEFI` does, from Linux: boot files and the boot configuration store on the EFI system partition of `disk`. */
export async function makeWindowsStartFromLinux(
  context: StepContext,
  { disk, volume, root }: { readonly disk: string; readonly volume: string; readonly root: string },
): Promise<void> {
  const efi = await efiPartitionOf(context, disk)
  const at = await context.disks.mount(efi)
  for (const [from, to] of COPIED) await copyFolder(root, from, join(at, to))
  const manager = await pathIn(root, 'Windows/Boot/EFI/bootmgfw.efi')
  if (manager === undefined)
    throw new Error(
      'the image has no Windows/Boot/EFI/bootmgfw.efi, from which Windows starts; is it the image of an installed Windows?',
    )
  await mkdir(join(at, 'EFI/Boot'), { recursive: true })
  await cp(manager, join(at, 'EFI/Boot', context.architecture === 'arm64' ? 'bootaa64.efi' : 'bootx64.efi'))
  const device = async (partition: string): Promise<BcdDevice> => ({
    kind: 'gpt',
    disk: (await property(context, disk, 'PTUUID')).toLowerCase(),
    partition: (await property(context, partition, 'PART_ENTRY_UUID')).toLowerCase(),
  })
  const store = windowsBootStore({
    boot: await device(efi),
    windows: await device(volume),
    description: 'Windows',
    locale: LOCALE,
    date: new Date(),
  })
  await writeFile(join(at, 'EFI/Microsoft/Boot/BCD'), store)
  await context.disks.unmount(efi)
}

async function copyFolder(root: string, from: string, to: string): Promise<void> {
  const folder = await pathIn(root, from)
  if (folder === undefined) return
  await mkdir(to, { recursive: true })
  // FAT has no owners, modes and links.
  await cp(folder, to, { recursive: true, dereference: true, preserveTimestamps: true })
}

/** A path of Windows, which does not tell upper case from lower; undefined when it is not there. */
async function pathIn(root: string, path: string): Promise<string | undefined> {
  let at = root
  for (const part of path.split('/')) {
    const names = await readdir(at).catch((): string[] => [])
    const name = names.find(each => each.toLowerCase() === part.toLowerCase())
    if (name === undefined) return undefined
    at = join(at, name)
  }
  return at
}
