import { API_VERSION, DigestCache, definePlugin, PinStore, type Plugin } from '@bootwright/api'
import { prestaged } from './media-type.ts'

export type { PrestagedOptions } from './options.ts'

/** Contributes the media type `prestaged`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/plugin-prestaged',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('mediaType', 'prestaged', [PinStore, DigestCache], prestaged)
  },
})
export default plugin
