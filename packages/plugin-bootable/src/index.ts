import { API_VERSION, definePlugin, PinStore, type Plugin } from '@bootwright/api'
import { bootable } from './media-type.ts'

export type { BootableOptions } from './options.ts'

/** Contributes the media type `bootable`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/plugin-bootable',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('mediaType', 'bootable', [PinStore], bootable)
  },
})
export default plugin
