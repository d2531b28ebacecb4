import type { Architecture, BootFiles, MediumIdentity, SyslinuxFiles } from '@bootwright/api'
import {
  type Bytes,
  concat,
  type Entry,
  fromMemory,
  overlay,
  padToMultiple,
  read,
  type Tree,
  zeros,
} from '@bootwright/bytes'
import { planCpio } from '@bootwright/format-cpio'
import { grubConfiguration, INITRAMFS_PATH, KERNEL_PATH, markerPath, syslinuxConfiguration } from './boot-menus.ts'
import { ARCHIVE_ALIGNMENT } from './initramfs/compress.ts'
import { agentTree } from './initramfs/trees.ts'

/** The parts of a boot image, wherever they come from. */
export interface ImageFiles {
  readonly kernel: Bytes
  /** Without the agent. */
  readonly initramfs: Bytes
  readonly uefi?:
    | { readonly grub: Bytes; readonly shim?: Bytes | undefined; readonly mokManager?: Bytes | undefined }
    | undefined
  readonly bios?:
    | {
        readonly isolinux: Bytes
        readonly ldlinux: Bytes
        readonly mbr?: Bytes | undefined
        readonly stick?:
          | { readonly bootSector: Bytes; readonly core: Bytes; readonly mbr: Bytes; readonly gptMbr: Bytes }
          | undefined
      }
    | undefined
}

/** UEFI 2.10 3.5.1.1: what firmware starts from a removable medium. shim starts GRUB and the key manager by the other two names. */
const EFI_NAMES: Readonly<Record<Architecture, { first: string; grub: string; mokManager: string }>> = {
  x64: { first: 'BOOTX64.EFI', grub: 'grubx64.efi', mokManager: 'mmx64.efi' },
  arm64: { first: 'BOOTAA64.EFI', grub: 'grubaa64.efi', mokManager: 'mmaa64.efi' },
}
/** Of a master boot record, before the disk signature and the partition table. */
export const MBR_CODE_SIZE = 432

/** Where ISOLINUX and SYSLINUX look, both of them. */
const FOLDER = 'syslinux'
const LOADER = `${FOLDER}/isolinux.bin`
const STICK_LOADER = `${FOLDER}/ldlinux.sys`
/** Of isolinux.bin: the boot information table, which is its carrier's (isolinux.asm, `bi_pvd` to `bi_reserved`). */
const TABLE = { offset: 8, end: 64 } as const

/** The files and loaders for one medium, with the agent in a second archive behind the first, which the kernel unpacks over it. */
export async function assemble(
  files: ImageFiles,
  agent: Bytes,
  medium: MediumIdentity,
  architecture: Architecture,
): Promise<BootFiles> {
  const initramfs = concat([
    padToMultiple(files.initramfs, ARCHIVE_ALIGNMENT),
    planCpio(agentTree(agent, medium.trust)),
  ])
  const grub = text(grubConfiguration(medium, architecture))
  const efiPrograms = files.uefi ? efiTree(files.uefi, architecture) : new Map<string, Entry>()
  const tree = new Map<string, Entry>([
    ...efiPrograms,
    [KERNEL_PATH, part(files.kernel)],
    [INITRAMFS_PATH, part(initramfs)],
    ['boot/grub/grub.cfg', grub],
    // GRUB as Debian signs it looks for this file.
    ['.disk/info', text(`${medium.label}\n`)],
    [markerPath(medium.id), text(`${medium.id}\n`)],
  ])
  if (files.bios) {
    tree.set(LOADER, part(withBlankTable(files.bios.isolinux)))
    tree.set(`${FOLDER}/ldlinux.c32`, part(files.bios.ldlinux))
    tree.set(`${FOLDER}/syslinux.cfg`, text(syslinuxConfiguration(medium, architecture)))
    if (files.bios.stick) tree.set(STICK_LOADER, part(files.bios.stick.core))
  }
  return {
    tree,
    bios: files.bios && {
      loader: LOADER,
      mbrCode: files.bios.mbr && (await read(files.bios.mbr, 0, MBR_CODE_SIZE)),
      stick: files.bios.stick && (await stickFiles(files.bios.stick)),
    },
    // GRUB looks beside itself first, so that it takes this medium's menu and not that of another medium.
    uefi: files.uefi && { systemPartition: new Map([...efiPrograms, ['boot/grub/grub.cfg', grub]]) },
  }
}

const stickFiles = async ({
  bootSector,
  mbr,
  gptMbr,
}: NonNullable<NonNullable<ImageFiles['bios']>['stick']>): Promise<SyslinuxFiles> => ({
  loader: STICK_LOADER,
  bootSector: await read(bootSector),
  mbrCode: { mbr: await read(mbr), gpt: await read(gptMbr) },
})

function efiTree({ grub, shim, mokManager }: NonNullable<ImageFiles['uefi']>, architecture: Architecture): Tree {
  const names = EFI_NAMES[architecture]
  const tree = new Map<string, Entry>([[`EFI/BOOT/${names.first}`, part(shim ?? grub)]])
  if (shim) tree.set(`EFI/BOOT/${names.grub}`, part(grub))
  if (shim && mokManager) tree.set(`EFI/BOOT/${names.mokManager}`, part(mokManager))
  return tree
}

const withBlankTable = (isolinux: Bytes): Bytes =>
  isolinux.size < TABLE.end
    ? isolinux
    : overlay(isolinux, [{ offset: TABLE.offset, bytes: zeros(TABLE.end - TABLE.offset) }])

const part = (content: Bytes): Entry => ({ kind: 'file', content, change: 'rarely' })
const text = (content: string): Entry => ({ kind: 'file', content: fromMemory(content) })
