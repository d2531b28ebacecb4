import type { ImageReader } from '@bootwright/api'
import type { Entry } from '@bootwright/bytes'
import { FatError, readFat } from '@bootwright/format-fat'
import { type IsoImage, readIso, withoutBootInfo } from '@bootwright/format-iso'
import { SYSTEM_PARTITION } from './lay-out.ts'

export const isoReader: ImageReader = {
  async open(bytes) {
    const image = await readIso(bytes).catch(error => {
      if (error?.code === 'NOT_ISO') return undefined
      throw error
    })
    return (
      image && {
        format: 'ISO 9660',
        label: image.label,
        ...(await trees(image)),
        boot: image.boot.map(({ platform }) => (platform === 'bios' ? 'BIOS (El Torito)' : 'UEFI (El Torito)')),
        facts: image.jolietLabel === undefined ? {} : { 'Joliet label': image.jolietLabel },
      }
    )
  },
}

/** Undoes what the target did: the system partition was a tree of its own, the BIOS loader had no table. */
async function trees({ tree: whole, boot }: IsoImage): Promise<{
  tree: Map<string, Entry>
  systemPartition?: ReadonlyMap<string, Entry>
}> {
  const tree = new Map(whole)
  let systemPartition: ReadonlyMap<string, Entry> | undefined
  for (const { platform, path, offset } of boot) {
    const entry = path === undefined ? undefined : tree.get(path)
    if (entry?.kind !== 'file') continue
    if (platform === 'uefi') {
      const volume = await readFat(entry.content).catch(error => {
        // What others made may hold something else, or be damaged: then it is a file like any other.
        if (!(error instanceof FatError)) throw error
      })
      if (!volume) continue
      if (path !== SYSTEM_PARTITION) continue
      systemPartition = volume.tree
      tree.delete(path)
    } else {
      const content = await withoutBootInfo(entry.content, offset)
      if (content) tree.set(path!, { ...entry, content })
    }
  }
  return { tree, ...(systemPartition && { systemPartition }) }
}
