import type { Architecture, BootFiles, MediumIdentity, SyslinuxFiles } from '@bootwright/api'
import {
  type Bytes,
  concat,
  digest as digestOf,
  type Entry,
  fromMemory,
  overlay,
  padToMultiple,
  read,
  type Tree,
  zeros,
} from '@bootwright/bytes'
import { planCpio } from '@bootwright/format-cpio'
import {
  authenticodeContent,
  encodeSpcContent,
  planUki,
  SPC_INDIRECT_DATA,
  withCertificates,
} from '@bootwright/format-pe'
import { START_COMMAND_PATH } from '@bootwright/medium-format'
import { BootLinuxError } from '../errors.ts'
import { ARCHIVE_ALIGNMENT } from '../initramfs/compress.ts'
import { agentTree } from '../initramfs/trees.ts'
import {
  commandLine,
  grubConfiguration,
  INITRAMFS_PATH,
  KERNEL_PATH,
  markerPath,
  syslinuxConfiguration,
} from './boot-menus.ts'
import { type EfiPrograms, startCommandOf } from './start-command.ts'
import { START_SCRIPT_PATH, startScript } from './start-script.ts'

/** The parts of a boot image, from a distribution or from files. */
export interface ImageFiles {
  readonly kernel: Bytes
  /** Without the agent. */
  readonly initramfs: Bytes
  readonly uefi?:
    | {
        readonly grub: Bytes
        readonly shim?: Bytes | undefined
        readonly mokManager?: Bytes | undefined
        /** The stub of systemd, for a unified kernel image when the definition has a `bootSigner`. */
        readonly stub?: Bytes | undefined
        /** Folder of shim and GRUB when a unified kernel image takes `EFI/BOOT`; `EFI/debian` by default. */
        readonly folder?: string | undefined
        /** Where GRUB reads its menu; `boot/grub/grub.cfg` by default. */
        readonly menu?: string | undefined
      }
    | undefined
  readonly bios?:
    | {
        readonly isolinux: Bytes
        readonly ldlinux: Bytes
        readonly mbr?: Bytes | undefined
        readonly usb?:
          | { readonly bootSector: Bytes; readonly core: Bytes; readonly mbr: Bytes; readonly gptMbr: Bytes }
          | undefined
      }
    | undefined
}

/** The program that firmware starts from a removable medium (UEFI 2.10 3.5.1.1), and the names by which shim starts GRUB and MokManager. */
const EFI_NAMES: Readonly<Record<Architecture, { first: string; grub: string; mokManager: string }>> = {
  x64: { first: 'BOOTX64.EFI', grub: 'grubx64.efi', mokManager: 'mmx64.efi' },
  arm64: { first: 'BOOTAA64.EFI', grub: 'grubaa64.efi', mokManager: 'mmaa64.efi' },
}
const DEFAULT_FOLDER = 'EFI/BOOT'
/** Computers that lack the key of the unified kernel image can select shim here in the firmware's menu. */
const ALTERNATIVE_FOLDER = 'EFI/debian'
const GRUB_MENU = 'boot/grub/grub.cfg'
/** Code of a master boot record, before the disk signature and the partition table. */
export const MBR_CODE_SIZE = 432

/** Searched by both ISOLINUX and SYSLINUX. */
const FOLDER = 'syslinux'
const LOADER = `${FOLDER}/isolinux.bin`
const USB_LOADER = `${FOLDER}/ldlinux.sys`
/** The boot information table in isolinux.bin, filled in by the writer of the disc (isolinux.asm, `bi_pvd` to `bi_reserved`). */
const TABLE = { offset: 8, end: 64 } as const

/**
 * The files and loaders for one medium. The agent is an archive of its own, which the kernel unpacks over the ones before it. Throws
 * {@link BootLinuxError} `FILE_UNREADABLE` when a unified kernel image is required and there is no stub.
 */
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
  const menu = files.uefi?.menu ?? GRUB_MENU
  const grub = text(grubConfiguration(medium, architecture))
  const unified = await unifiedProgram(files, initramfs, medium, architecture)
  const efi =
    files.uefi &&
    efiPrograms(files.uefi, architecture, unified ? (files.uefi.folder ?? ALTERNATIVE_FOLDER) : DEFAULT_FOLDER)
  const tree = new Map<string, Entry>([
    ...(efi?.tree ?? []),
    [KERNEL_PATH, part(files.kernel)],
    [INITRAMFS_PATH, part(initramfs)],
    [menu, grub],
    // Debian's signed GRUB searches for this file.
    ['.disk/info', text(`${medium.label}\n`)],
    [markerPath(medium.id), text(`${medium.id}\n`)],
    [START_SCRIPT_PATH, text(startScript(medium, architecture))],
  ])
  if (efi) tree.set(START_COMMAND_PATH, text(startCommandOf(medium, efi, menu)))
  if (files.bios) {
    tree.set(LOADER, part(withBlankTable(files.bios.isolinux)))
    tree.set(`${FOLDER}/ldlinux.c32`, part(files.bios.ldlinux))
    tree.set(`${FOLDER}/syslinux.cfg`, text(syslinuxConfiguration(medium, architecture)))
    if (files.bios.usb) tree.set(USB_LOADER, part(files.bios.usb.core))
  }
  return {
    tree,
    bios: files.bios && {
      loader: LOADER,
      mbrCode: files.bios.mbr && (await read(files.bios.mbr, 0, MBR_CODE_SIZE)),
      usb: files.bios.usb && (await syslinuxFiles(files.bios.usb)),
    },
    // GRUB searches its own volume first and thus finds the menu of this medium rather than of another one.
    uefi: efi && {
      systemPartition: new Map([
        ...efi.tree,
        [menu, grub],
        ...(unified ? [[`${DEFAULT_FOLDER}/${EFI_NAMES[architecture].first}`, part(unified)] as const] : []),
      ]),
    },
  }
}

const syslinuxFiles = async ({
  bootSector,
  mbr,
  gptMbr,
}: NonNullable<NonNullable<ImageFiles['bios']>['usb']>): Promise<SyslinuxFiles> => ({
  loader: USB_LOADER,
  bootSector: await read(bootSector),
  mbrCode: { mbr: await read(mbr), gpt: await read(gptMbr) },
})

function efiPrograms(
  { grub, shim, mokManager }: NonNullable<ImageFiles['uefi']>,
  architecture: Architecture,
  folder: string,
): EfiPrograms & { readonly tree: Tree } {
  const { first, ...names } = EFI_NAMES[architecture]
  const more: [string, Bytes][] = shim ? [[names.grub, grub]] : []
  if (shim && mokManager) more.push([names.mokManager, mokManager])
  const all = [[first, shim ?? grub], ...more] as const
  return {
    folder,
    names: [first, ...more.map(([name]) => name)],
    tree: new Map(all.map(([name, program]) => [`${folder}/${name}`, part(program)])),
  }
}

/**
<<<<<<< HEAD:packages/boot-linux/src/image-files.ts
 * Kernel, initramfs and command line as one program, signed so that firmware verifies all of it: shim and GRUB verify the
 * kernel alone. Only on the system partition, because firmware takes it from nowhere else.
=======
 * Kernel, initramfs and command line as one signed program, so that firmware verifies all of it: shim and GRUB verify the kernel only. It is
 * on the system partition alone, the only volume that firmware starts it from.
>>>>>>> w-linux:packages/boot-linux/src/boot/assemble.ts
 */
async function unifiedProgram(
  { kernel, uefi }: ImageFiles,
  initramfs: Bytes,
  { id, label, signProgram }: MediumIdentity,
  architecture: Architecture,
): Promise<Bytes | undefined> {
  if (!signProgram || !uefi) return undefined
  if (!uefi.stub)
    throw new BootLinuxError(
      'FILE_UNREADABLE',
      'stub',
      '`bootSigner` requires a unified kernel image, for which this boot image has no stub; add `files.loaders.uefi.stub`',
    )
  const program = await planUki({
    stub: uefi.stub,
    linux: kernel,
    initrd: initramfs,
    cmdline: commandLine(id, architecture),
    osrel: `ID=bootwright\nPRETTY_NAME="${label.replaceAll(/[\\"$`]/g, '\\$&')}"\n`,
  })
  const digest = Buffer.from(await digestOf(await authenticodeContent(program), 'sha256'), 'hex')
  const content = encodeSpcContent(digest)
  return await withCertificates(program, [
    await signProgram({ name: `${id}.efi`, content, contentType: SPC_INDIRECT_DATA }),
  ])
}

const withBlankTable = (isolinux: Bytes): Bytes =>
  isolinux.size < TABLE.end
    ? isolinux
    : overlay(isolinux, [{ offset: TABLE.offset, bytes: zeros(TABLE.end - TABLE.offset) }])

const part = (content: Bytes): Entry => ({ kind: 'file', content, change: 'rarely' })
const text = (content: string): Entry => ({ kind: 'file', content: fromMemory(content) })
