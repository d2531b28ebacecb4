import { AgentProvider, API_VERSION, definePlugin, PinStore, type Plugin } from '@bootwright/api'
import { capture } from './media-type.ts'

export type { CaptureOptions } from './options.ts'

/** Contributes the media type `capture`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/plugin-capture',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('mediaType', 'capture', [PinStore, AgentProvider], capture)
  },
})
export default plugin
