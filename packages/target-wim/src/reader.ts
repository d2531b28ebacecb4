import type { ImageReader } from '@bootwright/api'
import { imageEntries, readImage, readWim, WimError } from '@bootwright/format-wim'
import { startsUefi } from '@bootwright/image-writer'

/** Media as WIMs. Of several images, the first is the medium. */
export const wimReader: ImageReader = {
  async open(bytes) {
    const wim = await readWim(bytes).catch(error => {
      if (error instanceof WimError && (error.code === 'WIM_SIGNATURE' || error.code === 'WIM_TRUNCATED'))
        return undefined
      throw error
    })
    const [info] = wim?.images ?? []
    if (!wim || !info) return undefined
    const tree = await imageEntries(wim, await readImage(wim, info.index))
    return {
      format: `WIM with ${wim.images.length} ${wim.images.length === 1 ? 'image' : 'images'}`,
      label: info.name,
      tree,
      boot: startsUefi(tree) ? ['UEFI, when it is applied to a disk'] : [],
      facts: {
        compression: wim.compression,
        ...(info.description && { comment: info.description }),
        ...(info.others.CREATEDBY && { 'created by': info.others.CREATEDBY }),
        ...(info.others.VERSION && { version: info.others.VERSION }),
      },
    }
  },
}
