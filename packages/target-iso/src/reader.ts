import type { ImageReader } from '@bootwright/api'
import { readIso } from '@bootwright/format-iso'

export const isoReader: ImageReader = {
  async open(bytes) {
    const image = await readIso(bytes).catch(error => {
      if (error?.code === 'NOT_ISO') return undefined
      throw error
    })
    return (
      image && {
        carrier: 'ISO 9660',
        label: image.label,
        tree: image.tree,
        boot: image.boot.map(({ platform }) => (platform === 'bios' ? 'BIOS (El Torito)' : 'UEFI (El Torito)')),
        facts: image.jolietLabel === undefined ? {} : { 'Joliet label': image.jolietLabel },
      }
    )
  },
}
