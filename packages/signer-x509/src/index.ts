import { API_VERSION, definePlugin, PinStore, type Plugin } from '@bootwright/api'
import { x509Signer } from './signer.ts'

export type { X509Options } from './options.ts'

/** Contributes the signer `x509`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/signer-x509',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('signer', 'x509', [PinStore], x509Signer)
  },
})
export default plugin
