import { IsoError } from '../errors.ts'
import type { IsoBootEntry } from '../options.ts'
import { SECTOR_SIZE } from '../structures/blocks.ts'
import type { Content, Nodes } from '../structures/nodes.ts'
import { checkEntryCount } from './boot-catalog.ts'
import { BOOT_INFO_END } from './boot-info.ts'

/** A boot entry with the content of its file. */
export interface BootFile {
  readonly platform: 'bios' | 'uefi'
  readonly path: string
  readonly sectors: number
  readonly content: Content
}

/** What a BIOS loads of isolinux.bin, which loads the rest itself. */
const LOAD_SECTORS = 4
/** The count of sectors has 16 bits. */
const SECTORS_LIMIT = 0xffff

/** Throws {@link IsoError} `BOOT_FILE` or `TOO_MANY_BOOT_ENTRIES`. */
export function bootFilesOf(nodes: Nodes, entries: readonly IsoBootEntry[]): BootFile[] {
  checkEntryCount(entries.length)
  return entries.map(entry => {
    const content = fileAt(nodes, entry.path, 'BOOT_FILE')
    if (content.hasBootInfo && content.bytes.size < BOOT_INFO_END)
      throw new IsoError(
        'BOOT_FILE',
        `"${entry.path}" has ${content.bytes.size} bytes; a boot information table needs at least ${BOOT_INFO_END}`,
        { path: entry.path },
      )
    return { platform: entry.platform, path: entry.path, sectors: sectorsOf(entry, content), content }
  })
}

/** The non-empty file at `path`. */
export function fileAt(nodes: Nodes, path: string, code: 'BOOT_FILE' | 'SYSTEM_PARTITION'): Content {
  const node = nodes.byPath.get(path)
  if (node?.kind === 'file' && node.content.blocks > 0) return node.content
  const found = node ? (node.kind === 'file' ? 'it is empty' : `it is a ${node.kind}`) : 'the tree has no such path'
  throw new IsoError(code, `"${path}" cannot be booted: ${found}; expected a file with content`, { path })
}

/** UEFI 2.10 13.3.2.1: a system partition that is too large to be counted gets 0, which means up to the end of the medium. */
function sectorsOf(entry: IsoBootEntry, content: Content): number {
  if (entry.platform === 'bios') return entry.loadSectors ?? LOAD_SECTORS
  const sectors = Math.ceil(content.bytes.size / SECTOR_SIZE)
  return sectors > SECTORS_LIMIT ? 0 : sectors
}
