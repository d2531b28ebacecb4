import { basename } from 'node:path'
import type { Architecture, Log } from '@bootwright/api'
import { type Bytes, concat, fromMemory, read } from '@bootwright/bytes'
import { planCpio } from '@bootwright/format-cpio'
import { BootLinuxError } from '../errors.ts'
import { compress } from '../initramfs/compress.ts'
import { isKeymap, keyboardTree } from '../initramfs/keyboards.ts'
import { isLibrary, librariesIn, requiredLibraries } from '../initramfs/libraries.ts'
import { runtimeTree, systemTree } from '../initramfs/trees.ts'
import { readSyslinuxProgram } from '../syslinux-program.ts'
import { kernelModules } from './kernel-modules.ts'
import { DEBIAN_ARCHITECTURES, isLibraryPackage, PROGRAMS } from './package-list.ts'
import { type PackageEntry, type PackageFiles, readPackage } from './read-package.ts'

/** Counts up when the same packages would give other files. */
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
  stickBootSector: 'syslinux.bss',
  stickCore: 'ldlinux.sys',
  stickMbr: 'mbr.bin',
  stickGptMbr: 'gptmbr.bin',
  facts: 'facts.json',
} as const

/** What cannot be seen from the other files. */
export interface Facts {
  /** Of the newest package, ISO 8601. */
  readonly date: string
}

/** Makes the files of a boot image from packages, given the path of each one's file by name. */
export async function makeFiles(
  packages: ReadonlyMap<string, string>,
  node: Bytes,
  architecture: Architecture,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<ReadonlyMap<string, Bytes>> {
  const { name: debianName, efi, triplet } = DEBIAN_ARCHITECTURES[architecture]
  const kernelName = [...packages.keys()].find(name => /^linux-image-\d/.test(name))!
  const release = kernelName.replace('linux-image-', '')
  let newest = 0
  const open = async (name: string, isWanted: (path: string) => boolean): Promise<PackageFiles['entries']> => {
    const { entries, date } = await readPackage(packages.get(name)!, isWanted, signal)
    newest = Math.max(newest, date.getTime())
    return entries
  }
  const take = async (name: string, ...paths: readonly string[]): Promise<Uint8Array[]> => {
    const entries = await open(name, path => paths.includes(path))
    return paths.map(path => fileIn(entries, path, name))
  }
  const parts = new Map<string, Bytes>()
  const keep = (part: string, data: Uint8Array): unknown => parts.set(part, fromMemory(data))

  const [shim] = await take('shim-signed', `lib/shim/shim${efi}.efi.signed`)
  keep(PARTS.shim, shim!)
  const [mokManager] = await take(`shim-helpers-${debianName}-signed`, `lib/shim/mm${efi}.efi.signed`)
  keep(PARTS.mokManager, mokManager!)
  const grubFolder = architecture === 'x64' ? 'x86_64-efi-signed' : 'arm64-efi-signed'
  const [grub] = await take(`grub-efi-${debianName}-signed`, `lib/grub/${grubFolder}/gcd${efi}.efi.signed`)
  keep(PARTS.grub, grub!)
  const [stub] = await take('systemd-boot-efi', `lib/systemd/boot/efi/linux${efi}.efi.stub`)
  keep(PARTS.stub, stub!)
  if (architecture === 'x64') {
    const [isolinux, mbr] = await take('isolinux', 'lib/ISOLINUX/isolinux.bin', 'lib/ISOLINUX/isohdpfx.bin')
    const [ldlinux, stickMbr, stickGptMbr] = await take(
      'syslinux-common',
      'lib/syslinux/modules/bios/ldlinux.c32',
      'lib/syslinux/mbr/mbr.bin',
      'lib/syslinux/mbr/gptmbr.bin',
    )
    const [installer] = await take('syslinux', 'bin/syslinux')
    const { bootSector, core } = readSyslinuxProgram(installer!, 'syslinux')
    keep(PARTS.isolinux, isolinux!)
    keep(PARTS.mbr, mbr!)
    keep(PARTS.ldlinux, ldlinux!)
    keep(PARTS.stickBootSector, bootSector)
    keep(PARTS.stickCore, core)
    keep(PARTS.stickMbr, stickMbr!)
    keep(PARTS.stickGptMbr, stickGptMbr!)
  }

  const [busybox] = await take('busybox-static', 'bin/busybox')
  const dynamic = new Map<string, Uint8Array>()
  for (const [name, paths] of Object.entries(PROGRAMS))
    for (const [index, data] of (await take(name, ...paths)).entries()) dynamic.set(basename(paths[index]!), data)
  const available = new Map<string, Uint8Array>()
  for (const name of packages.keys()) {
    if (!isLibraryPackage(name)) continue
    for (const [file, data] of librariesIn(await open(name, path => isLibrary(path, triplet)), triplet))
      available.set(file, data)
  }
  const libraries = requiredLibraries(new Map([...dynamic, ['node', await read(node)]]), available)
  const keyboards = keyboardTree(await open('console-data', isKeymap))

  const kernelFiles = await open(
    kernelName,
    path => path === `boot/vmlinuz-${release}` || path.startsWith(`lib/modules/${release}/`),
  )
  keep(PARTS.kernel, fileIn(kernelFiles, `boot/vmlinuz-${release}`, kernelName))
  const modules = kernelModules(kernelFiles, release, log)

  const system = systemTree({ programs: new Map([...dynamic, ['busybox', busybox!]]), release, modules, keyboards })
  const runtime = runtimeTree({ node, libraries, triplet })
  // Two archives, so that two threads compress them; the larger one first.
  const archives = await Promise.all([runtime, system].map(tree => compress(planCpio(tree), signal)))
  parts.set(PARTS.initramfs, concat(archives))
  parts.set(PARTS.facts, fromMemory(JSON.stringify({ date: new Date(newest).toISOString() } satisfies Facts)))
  return parts
}

function fileIn(entries: ReadonlyMap<string, PackageEntry>, path: string, name: string): Uint8Array {
  const entry = entries.get(path)
  if (entry?.kind === 'file') return entry.data
  throw new BootLinuxError(
    'PACKAGE_FILE_MISSING',
    name,
    `the package ${name} has no file ${path}; this release of Debian is laid out in a way not known here, use \`files:\``,
  )
}
