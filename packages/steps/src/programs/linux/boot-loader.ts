import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Architecture, StepContext } from '@bootwright/api'
import { exists } from '../exists.ts'
import type { FoundSystem } from '../system-on.ts'
import { chroot } from './chroot.ts'
import { efiPartitionOf, isEfi } from './efi-partition.ts'
import { deviceOf, diskWith, partitionsOf, property } from './volumes.ts'

export interface AppliedSystem {
  readonly volume: string
  readonly root: string
  readonly system: FoundSystem
}

const EFI_FOLDER = 'boot/efi'
const GRUB_TARGETS: Readonly<Record<Architecture, { readonly efi: string; readonly name: string }>> = {
  x64: { efi: 'x86_64-efi', name: 'x64' },
  arm64: { efi: 'arm64-efi', name: 'aa64' },
}

/** Writes the table of file systems, and installs the GRUB that the image has, for the firmware that started this computer. */
export async function makeLinuxStart(context: StepContext, applied: AppliedSystem): Promise<void> {
  const { volume, root } = applied
  const disk = await diskWith(context, volume)
  const others = await othersOn(context, disk, volume)
  await writeFile(join(root, 'etc/fstab'), await fstab(context, volume, others))
  await linkByUuid(context, volume)
  const installer = await installerIn(root)
  const { firmware } = context
  await using inside = await chroot(context, root)
  if (firmware.kind === 'bios') {
    await inside.run(installer.install, ['--target=i386-pc', disk])
  } else {
    const efi = await efiPartitionOf(context, disk)
    await mkdir(join(root, EFI_FOLDER), { recursive: true })
    await inside.mount(['-t', 'vfat', efi], EFI_FOLDER)
    const id = applied.system.id
    const target = GRUB_TARGETS[context.architecture]
    await inside.run(installer.install, [
      `--target=${target.efi}`,
      `--efi-directory=/${EFI_FOLDER}`,
      `--bootloader-id=${id}`,
    ])
    await copyForRemovable(join(root, EFI_FOLDER), id, target.name)
  }
  await inside.run(installer.configure, ['-o', installer.configuration])
}

interface Other {
  readonly device: string
  readonly isEfi: boolean
  readonly fileSystem: string
  readonly uuid: string
}

async function othersOn(context: StepContext, disk: string, volume: string): Promise<readonly Other[]> {
  const own = await deviceOf(context, volume)
  const others: Other[] = []
  for (const device of await partitionsOf(context, disk)) {
    if (device === own) continue
    others.push({
      device,
      isEfi: await isEfi(context, device),
      fileSystem: await property(context, device, 'TYPE'),
      uuid: await property(context, device, 'UUID'),
    })
  }
  return others
}

/** fstab(5). Volumes are named by their UUID, which stays when disks are found in another order. */
async function fstab(context: StepContext, volume: string, others: readonly Other[]): Promise<string> {
  const uuid = await property(context, volume, 'UUID')
  const fileSystem = await property(context, volume, 'TYPE')
  const lines = [`UUID=${uuid} / ${fileSystem} errors=remount-ro 0 1`]
  for (const other of others) {
    if (other.isEfi) lines.push(`UUID=${other.uuid} /${EFI_FOLDER} vfat umask=0077 0 1`)
    if (other.fileSystem === 'swap') lines.push(`UUID=${other.uuid} none swap sw 0 0`)
  }
  return `${lines.join('\n')}\n`
}

/** GRUB's menu names the volume by its UUID only when udev's link to it is there, and the boot image has no udev. */
async function linkByUuid(context: StepContext, volume: string): Promise<void> {
  const uuid = await property(context, volume, 'UUID')
  const folder = '/dev/disk/by-uuid'
  await mkdir(folder, { recursive: true })
  await symlink(`../../${basename(await deviceOf(context, volume))}`, join(folder, uuid)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
}

interface Installer {
  readonly install: string
  readonly configure: string
  readonly configuration: string
}

const SBIN = ['usr/sbin', 'sbin', 'usr/bin', 'bin']
/** Debian's names, then those of Fedora and SUSE. */
const INSTALLERS: readonly Installer[] = [
  { install: 'grub-install', configure: 'grub-mkconfig', configuration: '/boot/grub/grub.cfg' },
  { install: 'grub2-install', configure: 'grub2-mkconfig', configuration: '/boot/grub2/grub.cfg' },
]

async function installerIn(root: string): Promise<Installer> {
  for (const installer of INSTALLERS)
    for (const folder of SBIN) if (await exists(join(root, folder, installer.install))) return installer
  throw new Error(
    `the image has no boot loader that could be installed: looked for ${INSTALLERS.map(each => each.install).join(', ')}; put GRUB into the image (on Debian grub-pc-bin, grub-efi-amd64-signed and shim-signed), or say bootLoader: none`,
  )
}

/** Under the name that firmware starts when it has forgotten its list, or when the disk was put into another computer. */
async function copyForRemovable(efi: string, id: string, architecture: string): Promise<void> {
  const names = await readdir(join(efi, 'EFI', id)).catch((): string[] => [])
  const first = [`shim${architecture}.efi`, `grub${architecture}.efi`].find(name => names.includes(name))
  if (first === undefined) return
  const folder = join(efi, 'EFI/BOOT')
  await mkdir(folder, { recursive: true })
  for (const name of names.filter(each => /\.efi$/i.test(each)))
    await cp(join(efi, 'EFI', id, name), join(folder, name))
  await cp(join(efi, 'EFI', id, first), join(folder, `BOOT${architecture.toUpperCase()}.EFI`))
}
