import type { PackageEntry } from '../debian/read-package.ts'
import { neededLibraries } from '../elf.ts'
import { BootLinuxError } from '../errors.ts'

/**
 * Every shared library that `programs` need, directly or through another, by its name. Throws {@link BootLinuxError}
 * `LIBRARY_MISSING` for one that is not among `available` (also by name).
 */
export function requiredLibraries(
  programs: ReadonlyMap<string, Uint8Array>,
  available: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  const waiting = [...programs]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [user, file] = next
    for (const name of neededLibraries(file, user)) {
      if (found.has(name)) continue
      const library = available.get(name)
      if (!library)
        throw new BootLinuxError(
          'LIBRARY_MISSING',
          name,
          `${user} needs the shared library ${name}, which none of the packages has; found ${[...available.keys()].sort().join(', ')}`,
        )
      found.set(name, library)
      waiting.push([name, library])
    }
  }
  return found
}

/** The libraries in a package's folder of shared libraries, by file name, symbolic links within the folder followed. */
export function librariesIn(
  entries: ReadonlyMap<string, PackageEntry>,
  triplet: string,
): ReadonlyMap<string, Uint8Array> {
  const folder = `lib/${triplet}/`
  const libraries = new Map<string, Uint8Array>()
  for (const [path, entry] of entries) {
    if (!isLibrary(path, triplet)) continue
    const target = entry.kind === 'link' ? entries.get(folder + entry.target) : entry
    if (target?.kind === 'file') libraries.set(path.slice(folder.length), target.data)
  }
  return libraries
}

/** Whether a path of a package is a shared library in the folder that the loader searches. */
export const isLibrary = (path: string, triplet: string): boolean =>
  path.startsWith(`lib/${triplet}/`) && /^[^/]+\.so(\.[^/]*)?$/.test(path.slice(`lib/${triplet}/`.length))
