import { API_VERSION, DigestCache, definePlugin, Library, type Plugin } from '@bootwright/api'
import { wimReader } from './reader.ts'
import { wimTarget } from './target.ts'

const plugin: Plugin = definePlugin({
  name: '@bootwright/target-wim',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('target', 'wim', [DigestCache, Library], wimTarget)
    contribute('imageReader', 'wim', [], () => wimReader)
  },
})
export default plugin
