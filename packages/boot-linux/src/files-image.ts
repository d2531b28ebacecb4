import { resolve } from 'node:path'
import type { AgentProvider, BootImage, BootImageRequest } from '@bootwright/api'
import { type Bytes, fromFile, fromMemory, read } from '@bootwright/bytes'
import { checkArchitecture } from './binaries/executable.ts'
import { readSyslinuxProgram } from './binaries/syslinux-program.ts'
import { assemble, type ImageFiles, MBR_CODE_SIZE } from './boot/assemble.ts'
import { BootLinuxError } from './errors.ts'
import type { FilesOptions } from './options.ts'

/** A boot image from files that the definition names. Throws {@link BootLinuxError}. */
export async function filesImage(
  options: FilesOptions,
  { folder, architecture, signal }: BootImageRequest,
  agent: AgentProvider,
): Promise<BootImage> {
  const open = (path: string): Promise<Bytes> =>
    fromFile(resolve(folder, path)).catch(error => {
      throw new BootLinuxError(
        'FILE_UNREADABLE',
        path,
        `cannot read the boot image file ${path}: ${error.message}`,
        error,
      )
    })
  const openOptional = async (path: string | undefined): Promise<Bytes | undefined> =>
    path === undefined ? undefined : open(path)
  const openProgram = async (path: string): Promise<Bytes> => {
    const file = await open(path)
    await checkArchitecture(file, path, architecture)
    return file
  }
  const { uefi, bios } = options.loaders
  if (bios && architecture !== 'x64')
    throw new BootLinuxError(
      'ARCHITECTURE_WRONG',
      bios.isolinux,
      `\`loaders.bios\` is for x64 computers, but the medium is for ${architecture}; remove it`,
    )
  const mbr = await openOptional(bios?.mbr)
  if (mbr && mbr.size < MBR_CODE_SIZE)
    throw new BootLinuxError(
      'EXECUTABLE_UNKNOWN',
      bios!.mbr!,
      `${bios!.mbr} has ${mbr.size} bytes; expected isohdpfx.bin, which has at least ${MBR_CODE_SIZE}`,
    )
  const files: ImageFiles = {
    kernel: await openProgram(options.kernel),
    initramfs: await open(options.initramfs),
    uefi: uefi && {
      grub: await openProgram(uefi.grub),
      shim: uefi.shim === undefined ? undefined : await openProgram(uefi.shim),
      mokManager: uefi.mokManager === undefined ? undefined : await openProgram(uefi.mokManager),
      stub: uefi.stub === undefined ? undefined : await openProgram(uefi.stub),
    },
    bios: bios && {
      isolinux: await open(bios.isolinux),
      ldlinux: await open(bios.ldlinux),
      mbr,
      usb: bios.usb && (await openUsbLoaders(bios.usb, open)),
    },
  }
  const bundle = await agent.bundle({ signal })
  return {
    description: `linux from ${options.kernel}`,
    architecture,
    date: new Date(options.date),
    assemble: medium => assemble(files, bundle, medium, architecture),
  }
}

async function openUsbLoaders(
  { syslinux, mbr, gptMbr }: NonNullable<NonNullable<FilesOptions['loaders']['bios']>['usb']>,
  open: (path: string) => Promise<Bytes>,
): Promise<NonNullable<NonNullable<ImageFiles['bios']>['usb']>> {
  const { bootSector, core } = readSyslinuxProgram(await read(await open(syslinux)), syslinux)
  return {
    bootSector: fromMemory(bootSector),
    core: fromMemory(core),
    mbr: await open(mbr),
    gptMbr: await open(gptMbr),
  }
}
