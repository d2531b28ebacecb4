import type { LinuxLayout, LinuxPackageEntry, Log } from '@bootwright/api'
import { BootLinuxError } from '../errors.ts'
import { closeOver } from './closure.ts'
import { readModule } from './module.ts'
import { isWanted } from './selection.ts'
import { moduleTables } from './tables.ts'

/**
 * The modules of the boot image, unchanged (their signatures are at the end), and the tables of `modprobe`, by path below
 * `lib/modules/RELEASE`. Firmware is not included. Throws {@link BootLinuxError} `MODULE_INVALID`, `ELF_INVALID` or `PACKAGE_FILE_MISSING`.
 */
export function kernelModules(
  files: ReadonlyMap<string, LinuxPackageEntry>,
  {
    release,
    package: { name: packageName },
    modules: { folder },
  }: Pick<LinuxLayout['kernel'], 'release' | 'package' | 'modules'>,
  log: Log,
): ReadonlyMap<string, Uint8Array | string> {
  const contents = new Map<string, Uint8Array>()
  for (const [path, entry] of files)
    if (path.startsWith(`${folder}/`) && entry.kind === 'file') contents.set(path.slice(folder.length + 1), entry.data)
  const compressed = [...contents.keys()].find(path => /\.ko\.\w+$/.test(path))
  if (compressed)
    throw new BootLinuxError(
      'MODULE_INVALID',
      compressed,
      `the modules of Linux ${release} are compressed (${compressed}), which is not supported; use a distribution with uncompressed modules, such as Debian 12, or \`files\``,
    )
  const all = [...contents]
    .filter(([path]) => path.endsWith('.ko'))
    .map(([path, data]) => ({ path, info: readModule(data, path) }))
  if (all.length === 0)
    throw new BootLinuxError(
      'PACKAGE_FILE_MISSING',
      packageName,
      `the packages of Linux ${release} contain no modules in ${folder}: this release of the distribution is not supported; use another one, or \`files\``,
    )
  const included = closeOver(all, isWanted)
  const firmware = included.filter(({ info }) => info.firmware.length > 0).map(({ info }) => info.name)
  log.debug(
    `${included.length} of ${all.length} modules included; firmware is not included, but may be requested by: ${firmware.join(', ')}`,
  )
  const builtIn = contents.get('modules.builtin')
  return new Map<string, Uint8Array | string>([
    ...included.map(({ path }) => [path, contents.get(path)!] as const),
    ...moduleTables(included, builtIn ? Buffer.from(builtIn).toString() : ''),
  ])
}
