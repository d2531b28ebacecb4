import type { LinuxPackageEntry } from '@bootwright/api'
import { neededLibraries } from '../binaries/elf.ts'
import { BootLinuxError } from '../errors.ts'

/**
 * Shared libraries that `programs` need, directly or indirectly, by name. Throws {@link BootLinuxError} `LIBRARY_MISSING` for a library that
 * is not in `available` (by name).
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
          `${user} needs the shared library ${name}, which none of the packages contains; found ${[...available.keys()].sort().join(', ')}`,
        )
      found.set(name, library)
      waiting.push([name, library])
    }
  }
  return found
}

/** Shared libraries of a package by file name. Symbolic links within `folder` are followed, others are ignored. */
export function librariesIn(
  entries: ReadonlyMap<string, LinuxPackageEntry>,
  folder: string,
): ReadonlyMap<string, Uint8Array> {
  const libraries = new Map<string, Uint8Array>()
  for (const [path, entry] of entries) {
    if (!isLibrary(path, folder)) continue
    const target = entry.kind === 'link' ? entries.get(`${folder}/${entry.target}`) : entry
    if (target?.kind === 'file') libraries.set(path.slice(folder.length + 1), target.data)
  }
  return libraries
}

/** Whether a path of a package is a shared library directly in `folder`, which the dynamic loader searches. */
export const isLibrary = (path: string, folder: string): boolean =>
  path.startsWith(`${folder}/`) && /^[^/]+\.so(\.[^/]*)?$/.test(path.slice(folder.length + 1))
