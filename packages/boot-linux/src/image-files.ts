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
import {
  commandLine,
  grubConfiguration,
  INITRAMFS_PATH,
  KERNEL_PATH,
  markerPath,
  syslinuxConfiguration,
} from './boot-menus.ts'
import { BootLinuxError } from './errors.ts'
import { ARCHIVE_ALIGNMENT } from './initramfs/compress.ts'
import { agentTree } from './initramfs/trees.ts'
import { type EfiPrograms, startCommandOf } from './start-command.ts'
import { START_SCRIPT_PATH, startScript } from './start-script.ts'

/** The parts of a boot image, wherever they come from. */
export interface ImageFiles {
  readonly kernel: Bytes
  /** Without the agent. */
  readonly initramfs: Bytes
  readonly uefi?:
    | {
        readonly grub: Bytes
        readonly shim?: Bytes | undefined
        readonly mokManager?: Bytes | undefined
        /** systemd's stub, around which a unified kernel image is made when there is somebody who signs it. */
        readonly stub?: Bytes | undefined
      }
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
/** UEFI starts the first; on the others shim and GRUB can be chosen in its menu, by computers that do not have the own key. */
const FIRST_FOLDER = 'EFI/BOOT'
const BESIDE_FOLDER = 'EFI/debian'
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
  const unified = await unifiedProgram(files, initramfs, medium, architecture)
  const efi = files.uefi && efiPrograms(files.uefi, architecture, unified ? BESIDE_FOLDER : FIRST_FOLDER)
  const tree = new Map<string, Entry>([
    ...(efi?.tree ?? []),
    [KERNEL_PATH, part(files.kernel)],
    [INITRAMFS_PATH, part(initramfs)],
    ['boot/grub/grub.cfg', grub],
    // GRUB as Debian signs it looks for this file.
    ['.disk/info', text(`${medium.label}\n`)],
    [markerPath(medium.id), text(`${medium.id}\n`)],
    [START_SCRIPT_PATH, text(startScript(medium, architecture))],
  ])
  if (efi) tree.set(START_COMMAND_PATH, text(startCommandOf(medium, efi)))
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
    uefi: efi && {
      systemPartition: new Map([
        ...efi.tree,
        ['boot/grub/grub.cfg', grub],
        ...(unified ? [[`${FIRST_FOLDER}/${EFI_NAMES[architecture].first}`, part(unified)] as const] : []),
      ]),
    },
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
 * Kernel, initramfs and command line as one program, signed so that firmware verifies all of it: shim and GRUB verify the
 * kernel alone. Only on the system partition, because firmware takes it from nowhere else.
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
      '`bootSigner` signs a unified kernel image, for which this boot image has no stub; name it in `files.loaders.uefi.stub`',
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
