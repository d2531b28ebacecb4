import { AgentError } from '../errors.ts'
import type { System } from '../system.ts'

const missing = (what: string): never => {
  throw new AgentError('SYSTEM_MISSING', `${what} is not possible in Windows PE yet; deploy from a Linux boot image`)
}

/** Not written yet: sequences run from a Linux boot image. */
export const windowsSystem = (): System => ({
  identity: async () => missing('describing the computer'),
  windowsFacts: {
    fileVersion: async () => missing('reading the version of a program'),
    registry: async () => missing('reading the registry'),
    wmi: async () => missing('asking WMI'),
  },
  disks: async () => missing('listing the disks'),
  deviceOf: async () => missing('finding a volume'),
  mount: async () => missing('mounting a volume'),
  unmount: async () => {},
  unmountAll: async () => {},
  flush: async () => {},
  unmountDisk: async () => {},
  isOn: async () => false,
  searchVolumes: async () => [],
  installRuntime: async () => missing('going on in an installed system'),
  removeRuntime: async () => {},
  startNext: async () => {},
})
