import type { Log } from '@bootwright/api'
import { BootLinuxError } from '../errors.ts'
import { closeOver } from '../kernel/closure.ts'
import { readModule } from '../kernel/module.ts'
import { isWanted } from '../kernel/selection.ts'
import { moduleTables } from '../kernel/tables.ts'
import type { PackageEntry } from './read-package.ts'

/**
 * The modules that the boot image carries, as they are (their signatures are at their end), and the tables of `modprobe`:
 * by path below lib/modules/RELEASE. No firmware is carried.
 */
export function kernelModules(
  files: ReadonlyMap<string, PackageEntry>,
  release: string,
  log: Log,
): ReadonlyMap<string, Uint8Array | string> {
  const folder = `lib/modules/${release}/`
  const contents = new Map<string, Uint8Array>()
  for (const [path, entry] of files)
    if (path.startsWith(folder) && entry.kind === 'file') contents.set(path.slice(folder.length), entry.data)
  const compressed = [...contents.keys()].find(path => /\.ko\.\w+$/.test(path))
  if (compressed)
    throw new BootLinuxError(
      'MODULE_INVALID',
      compressed,
      `the modules of linux ${release} are compressed (${compressed}), which is not supported yet; use Debian 12's kernel or \`files:\``,
    )
  const all = [...contents]
    .filter(([path]) => path.endsWith('.ko'))
    .map(([path, data]) => ({ path, info: readModule(data, path) }))
  if (all.length === 0)
    throw new BootLinuxError(
      'PACKAGE_FILE_MISSING',
      `linux-image-${release}`,
      `the package of linux ${release} has no modules in ${folder}; this release of Debian is laid out in a way not known here, use \`files:\``,
    )
  const carried = closeOver(all, isWanted)
  const firmware = carried.filter(({ info }) => info.firmware.length > 0).map(({ info }) => info.name)
  log.debug(
    `${carried.length} of ${all.length} modules; no firmware is carried, for which these may ask: ${firmware.join(', ')}`,
  )
  const builtIn = contents.get('modules.builtin')
  return new Map<string, Uint8Array | string>([
    ...carried.map(({ path }) => [path, contents.get(path)!] as const),
    ...moduleTables(carried, builtIn ? Buffer.from(builtIn).toString() : ''),
  ])
}
