import { definePlugin, Library, type Plugin } from '@bootwright/api'
import { debianDistribution } from './distribution.ts'

export { DebianError, type DebianErrorCode } from './errors.ts'

/** Contributes the Linux distribution `debian`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/distribution-debian',
  apiVersion: 1,
  setup(api) {
    api.contribute('linuxDistribution', 'debian', [Library], debianDistribution)
  },
})
export default plugin
