import { API_VERSION, DigestCache, definePlugin, type Plugin } from '@bootwright/api'
import { isoReader } from './reader.ts'
import { isoTarget } from './target.ts'

export { MediaSizeError } from './span.ts'

const plugin: Plugin = definePlugin({
  name: '@bootwright/target-iso',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('target', 'iso', [DigestCache], isoTarget)
    contribute('imageReader', 'iso', [], () => isoReader)
  },
})
export default plugin
