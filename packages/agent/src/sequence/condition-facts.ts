import { stat } from 'node:fs/promises'
import type { RunEnvironment } from '@bootwright/api'
import type { Facts } from '@bootwright/task-sequence/run'
import type { Identity } from '../computer/system.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'

/** The facts that conditions are evaluated with. */
export function conditionFacts(
  { platform, firmware, system }: Computer,
  environment: RunEnvironment,
  { memory, make, model, architecture }: Identity,
  variables: Variables,
): Facts {
  const { windowsFacts } = system
  return {
    variable: name => variables.get(name)?.value,
    async file(path) {
      const found = await stat(path).catch(() => undefined)
      return found?.isFile() ? { modified: found.mtime, version: await windowsFacts.fileVersion(path) } : undefined
    },
    async folder(path) {
      const found = await stat(path).catch(() => undefined)
      return found?.isDirectory() ? { modified: found.mtime } : undefined
    },
    registry: windowsFacts.registry,
    wmi: windowsFacts.wmi,
    platform,
    environment,
    firmware: firmware.kind,
    architecture,
    memory,
    make,
    model,
  }
}
