import type { LinuxLayout, Log, OpenedLinuxPackages } from '@bootwright/api'
import { type Bytes, concat, fromMemory, read } from '@bootwright/bytes'
import { planCpio } from '@bootwright/format-cpio'
import { readSyslinuxProgram } from './binaries/syslinux-program.ts'
import { compress } from './initramfs/compress.ts'
import { keymapTree } from './initramfs/keymaps.ts'
import { requiredLibraries } from './initramfs/libraries.ts'
import { runtimeTree, systemTree } from './initramfs/trees.ts'
import { kernelModules } from './kernel/kernel-modules.ts'
import { readContents } from './package-contents.ts'

/** Incremented when equal packages yield other files. */
export const FORMAT_VERSION = 15

/** Names of the files in the content library. */
export const PARTS = {
  kernel: 'vmlinuz',
  initramfs: 'initramfs',
  shim: 'shim.efi',
  grub: 'grub.efi',
  mokManager: 'mok-manager.efi',
  stub: 'linux.efi.stub',
  isolinux: 'isolinux.bin',
  ldlinux: 'ldlinux.c32',
  mbr: 'isohdpfx.bin',
  usbBootSector: 'syslinux.bss',
  usbCore: 'ldlinux.sys',
  usbMbr: 'mbr.bin',
  usbGptMbr: 'gptmbr.bin',
  facts: 'facts.json',
} as const

/** What cannot be read from the other files. */
export interface Facts {
  /** Date of the newest package, ISO 8601. */
  readonly date: string
}

/** Builds the files of a boot image, by the names in {@link PARTS}. Throws `BootLinuxError`, and what the packages throw when read. */
export async function buildFiles(
  packages: Pick<OpenedLinuxPackages, 'read'>,
  layout: LinuxLayout,
  node: Bytes,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<ReadonlyMap<string, Bytes>> {
  const contents = await readContents(packages, layout)
  const parts = new Map<string, Bytes>()
  const add = (part: string, data: Uint8Array): unknown => parts.set(part, fromMemory(data))
  const { uefi, bios, kernel } = layout
  const loaders = { grub: uefi.grub, shim: uefi.shim, mokManager: uefi.mokManager, stub: uefi.stub }
  for (const [name, file] of Object.entries(loaders))
    if (file) add(PARTS[name as keyof typeof loaders], contents.file(file))
  if (bios) {
    const { bootSector, core } = readSyslinuxProgram(contents.file(bios.syslinux), 'syslinux')
    add(PARTS.isolinux, contents.file(bios.isolinux))
    add(PARTS.ldlinux, contents.file(bios.ldlinux))
    add(PARTS.mbr, contents.file(bios.isohybrid))
    add(PARTS.usbBootSector, bootSector)
    add(PARTS.usbCore, core)
    add(PARTS.usbMbr, contents.file(bios.mbr))
    add(PARTS.usbGptMbr, contents.file(bios.gptMbr))
  }
  add(PARTS.kernel, contents.file(kernel.image))
  const programs = new Map(Object.entries(layout.programs).map(([name, file]) => [name, contents.file(file)]))
  const libraries = requiredLibraries(new Map([...programs, ['node', await read(node)]]), contents.libraries)
  const keymaps = keymapTree(contents.keymaps, layout.keymaps)
  const modules = kernelModules(contents.modules, kernel, log)
  const system = systemTree({ programs, release: kernel.release, modules, keymaps })
  const runtime = runtimeTree({ node, libraries, folder: layout.libraries.folder })
  // Two archives, so that two threads compress them; the larger one first.
  const archives = await Promise.all([runtime, system].map(tree => compress(planCpio(tree), signal)))
  parts.set(PARTS.initramfs, concat(archives))
  parts.set(PARTS.facts, fromMemory(JSON.stringify({ date: contents.date.toISOString() } satisfies Facts)))
  return parts
}
