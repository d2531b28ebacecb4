import { dirname, join } from 'node:path'
import { messageOf } from '../computer/errors.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import type { SequenceState } from './state.ts'
import { removeState, reserve, STATE_FOLDER, writeState } from './store.ts'

/** The state of a running sequence: in memory, and on a volume as soon as a step provides one. */
export interface LocalState {
  readonly current: SequenceState
  /** The volume that contains it, if there is one. */
  readonly volume: string | undefined
  /** Whether the state survives a power cut. */
  isPersistent(): boolean
  /** Folder of the state, the working folders and the copies of contents. */
  folder(): Promise<string>
  change(changes: Partial<SequenceState>): void
  /** Writes the state with the variables. A failure is logged: the sequence would resume at an earlier step. */
  persist(): Promise<void>
  moveTo(volume: string): Promise<void>
  /** Stops using a disk: the state is in memory again if it was there. */
  release(disk: string): Promise<void>
  /** Removes the state, so that the sequence does not resume. */
  remove(): Promise<void>
}

export interface LocalStateOptions {
  readonly computer: Computer
  readonly state: SequenceState
  readonly key: Uint8Array
  readonly variables: Variables
  readonly volume: string | undefined
  /** The folder of the state in the installed system. */
  readonly fixed: string | undefined
}

export function localState({ computer, state, key, variables, volume: first, fixed }: LocalStateOptions): LocalState {
  const { system, report, paths } = computer
  let current = state
  let volume = first
  const isPersistent = (): boolean => fixed !== undefined || volume !== undefined
  const folder = async (): Promise<string> => {
    if (fixed !== undefined) return fixed
    return volume === undefined ? join(paths.run, 'sequence') : join(await system.mount(volume), STATE_FOLDER)
  }
  const persist = async (): Promise<void> => {
    current = { ...current, variables: variables.list() }
    if (!isPersistent()) return
    try {
      await writeState(await folder(), current, key)
    } catch (error) {
      report.log('error', 'the state of the sequence cannot be written', { error: messageOf(error) })
    }
  }
  return {
    get current() {
      return current
    },
    get volume() {
      return volume
    },
    isPersistent,
    folder,
    change(changes) {
      current = { ...current, ...changes }
    },
    persist,
    async moveTo(next) {
      if (volume === next) return
      volume = next
      await persist()
      const at = await folder()
      await reserve(at)
      variables.setUnchecked('_SMSTSMDataPath', at)
      variables.setUnchecked('_SMSTSLogPath', join(at, 'Logs'))
      await report.moveLogsTo(join(at, 'Logs'))
    },
    async release(disk) {
      if (volume !== undefined && (await system.isVolumeOnDisk(volume, disk))) {
        await report.moveLogsTo(dirname(paths.log))
        volume = undefined
      }
      await system.unmountDisk(disk)
    },
    remove: async () => removeState(await folder()),
  }
}
