import { AgentProvider, API_VERSION, DigestCache, definePlugin, Library, type Plugin } from '@bootwright/api'
import { winpeDriver } from './driver.ts'

export { BootWinpeError, type BootWinpeErrorCode } from './errors.ts'
export type { Authority, WinpeOptions } from './options.ts'

/** Contributes the boot image `winpe`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/boot-winpe',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    contribute('bootImage', 'winpe', [Library, AgentProvider, DigestCache], (library, agent, digests) =>
      winpeDriver({ library, agent, digests }),
    )
  },
})
export default plugin
