import { API_VERSION, DigestCache, definePlugin, type Plugin } from '@bootwright/api'
import { diskTarget } from './disk-target.ts'
import { usbReader } from './reader.ts'
import { usbTarget } from './target.ts'

export { usbReader }

const plugin: Plugin = definePlugin({
  name: '@bootwright/target-usb',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('target', 'usb', [DigestCache], digests => usbTarget(digests))
    contribute('target', 'disk', [DigestCache], diskTarget)
    contribute('imageReader', 'usb', [], () => usbReader)
  },
})
export default plugin
