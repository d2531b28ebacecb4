import { readSections } from '../binaries/elf.ts'
import { BootLinuxError } from '../errors.ts'

/** Metadata of a kernel module from its `.modinfo` section (Linux, include/linux/module.h, `MODULE_INFO`). */
export interface ModuleInfo {
  /** With `_` instead of `-`, which the kernel treats as equal. */
  readonly name: string
  /** Modules that define symbols it uses. */
  readonly depends: readonly string[]
  /** Modules, or aliases of modules, to load before it when they exist. */
  readonly softBefore: readonly string[]
  readonly softAfter: readonly string[]
  /** Patterns of the devices and names it serves. */
  readonly aliases: readonly string[]
  /** Firmware files that it may request. */
  readonly firmware: readonly string[]
}

/** The kernel's name for what a file or a user calls `snd-hda-intel.ko`. */
export const moduleName = (file: string): string => file.replace(/^.*\//, '').replace(/\.ko$/, '').replaceAll('-', '_')

/** Reads a `.ko` file. Throws {@link BootLinuxError} `ELF_INVALID` or `MODULE_INVALID`; `path` is for the message. */
export function readModule(file: Uint8Array, path: string): ModuleInfo {
  const section = readSections(file, path).find(({ name }) => name === '.modinfo')
  if (!section)
    throw new BootLinuxError('MODULE_INVALID', path, `${path} is not a kernel module: it has no section .modinfo`)
  return parseModuleInfo(section.data, moduleName(path))
}

/** Decodes the content of a `.modinfo` section: `key=value` texts, each ended by NULs. */
export function parseModuleInfo(data: Uint8Array, fallbackName: string): ModuleInfo {
  const fields = Buffer.from(data)
    .toString('latin1')
    .split('\0')
    .map(text => /^([^=]+)=(.*)$/s.exec(text))
    .filter(match => match !== null)
  const all = (key: string): string[] => fields.filter(([, name]) => name === key).map(([, , value]) => value!)
  const softDependencies = all('softdep').map(parseSoftDependency)
  return {
    name: moduleName(all('name')[0] ?? fallbackName),
    depends: all('depends')
      .flatMap(list => list.split(','))
      .filter(name => name !== '')
      .map(moduleName),
    softBefore: softDependencies.flatMap(({ before }) => before),
    softAfter: softDependencies.flatMap(({ after }) => after),
    aliases: all('alias'),
    firmware: all('firmware'),
  }
}

/** `pre: a b post: c` (modprobe.d(5), `softdep`). */
function parseSoftDependency(text: string): { before: string[]; after: string[] } {
  const found = { before: [] as string[], after: [] as string[] }
  let into: string[] = []
  for (const word of text.split(/\s+/)) {
    if (word === 'pre:') into = found.before
    else if (word === 'post:') into = found.after
    else if (word !== '') into.push(word)
  }
  return found
}
