import { AgentProvider, API_VERSION, DigestCache, definePlugin, PinStore, type Plugin } from '@bootwright/api'
import { standalone } from './media-type.ts'

export type { StandaloneOptions } from './options.ts'

/** Contributes the media type `standalone`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/plugin-standalone',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('mediaType', 'standalone', [PinStore, DigestCache, AgentProvider], standalone)
  },
})
export default plugin
