import type { StepContext } from '@bootwright/api'
import { type FoundSystem, systemOn } from './system-on.ts'

export interface DeployedSystem {
  readonly volume: string
  /** Where it is mounted. */
  readonly root: string
  readonly system: FoundSystem
}

/** The system that was applied. Throws when there is none. */
export async function deployedSystem({ variables, disks }: StepContext): Promise<DeployedSystem> {
  const volume = variables.get('OSDTargetSystemDrive')
  if (volume === undefined)
    throw new Error('no operating system was applied: OSDTargetSystemDrive is not set; apply an image before this step')
  const root = await disks.mount(volume)
  const system = await systemOn(root)
  if (system) return { volume, root, system }
  throw new Error(`there is no operating system on ${volume}; apply an image before this step`)
}

/** The Windows that was applied. Throws when there is none, naming what is there. */
export async function windowsOn(context: StepContext): Promise<DeployedSystem> {
  const target = await deployedSystem(context)
  if (target.system.platform === 'windows') return target
  throw new Error(`this step is for Windows, and ${target.system.name} is on ${target.volume}`)
}
