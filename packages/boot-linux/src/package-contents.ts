import type { LinuxFile, LinuxLayout, LinuxPackageEntry, OpenedLinuxPackages } from '@bootwright/api'
import { BootLinuxError } from './errors.ts'
import { isKeymap } from './initramfs/keymaps.ts'
import { isLibrary, librariesIn } from './initramfs/libraries.ts'

type Entries = ReadonlyMap<string, LinuxPackageEntry>

/** Everything that a layout refers to, read from the packages. */
export interface PackageContents {
  /** Throws {@link BootLinuxError} `PACKAGE_FILE_MISSING` when the package does not contain the file. */
  file(file: LinuxFile): Uint8Array
  /** Files below the folder of modules, by path in the package. */
  readonly modules: Entries
  readonly keymaps: Entries
  /** Shared libraries by file name. */
  readonly libraries: ReadonlyMap<string, Uint8Array>
  /** Date of the newest package. */
  readonly date: Date
}

/** Reads each package of the layout once. Throws what reading a package throws. */
export async function readContents(
  packages: Pick<OpenedLinuxPackages, 'read'>,
  layout: LinuxLayout,
): Promise<PackageContents> {
  const entries = new Map<string, Entries>()
  let newest = 0
  for (const [name, conditions] of wantedIn(layout)) {
    const read = await packages.read(name, path => conditions.some(isWanted => isWanted(path)))
    newest = Math.max(newest, read.date.getTime())
    entries.set(name, read.entries)
  }
  const { modules } = layout.kernel
  const { libraries, keymaps } = layout
  return {
    file({ package: name, path }) {
      const entry = entries.get(name)?.get(path)
      if (entry?.kind === 'file') return entry.data
      throw new BootLinuxError(
        'PACKAGE_FILE_MISSING',
        name,
        `the package ${name} does not contain the file ${path}: this release of the distribution is not supported; use another one, or \`files\``,
      )
    },
    modules: new Map(modules.packages.flatMap(name => [...(entries.get(name) ?? [])])),
    keymaps: entries.get(keymaps.package)!,
    libraries: new Map(libraries.packages.flatMap(name => [...librariesIn(entries.get(name)!, libraries.folder)])),
    date: new Date(newest),
  }
}

/** The conditions for the files wanted from each package, by package name. */
function wantedIn({ kernel, uefi, bios, programs, libraries, keymaps }: LinuxLayout) {
  const wanted = new Map<string, ((path: string) => boolean)[]>()
  const add = (name: string, isWanted: (path: string) => boolean): unknown =>
    wanted.set(name, [...(wanted.get(name) ?? []), isWanted])
  const { grub, shim, mokManager, stub } = uefi
  const files = [kernel.image, grub, shim, mokManager, stub, ...Object.values(bios ?? {}), ...Object.values(programs)]
  for (const file of files) if (file) add(file.package, path => path === file.path)
  for (const name of libraries.packages) add(name, path => isLibrary(path, libraries.folder))
  add(keymaps.package, path => isKeymap(path, keymaps))
  for (const name of kernel.modules.packages) add(name, path => path.startsWith(`${kernel.modules.folder}/`))
  return wanted
}
