import { AgentProvider, definePlugin, Library, PinStore, type Plugin } from '@bootwright/api'
import { linuxDriver } from './driver.ts'

export { BootLinuxError, type BootLinuxErrorCode } from './errors.ts'
export type { FilesOptions, LinuxOptions } from './options.ts'

/** Contributes the boot image `linux`. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/boot-linux',
  apiVersion: 1,
  setup(api) {
    api.contribute('bootImage', 'linux', [Library, PinStore, AgentProvider], (library, pins, agent) =>
      linuxDriver({ library, pins, agent }),
    )
  },
})
export default plugin
