import type { KernelModule } from '../../src/kernel/closure.ts'
import { type ModuleInfo, moduleName } from '../../src/kernel/module.ts'

/** A module at `path`; its name is that of the file. */
export const moduleAt = (path: string, info: Partial<ModuleInfo> = {}): KernelModule => ({
  path,
  info: {
    name: moduleName(path),
    depends: [],
    softBefore: [],
    softAfter: [],
    aliases: [],
    firmware: [],
    ...info,
  },
})
