import { join } from 'node:path'
import type { PinStore } from '@bootwright/api'
import { canonicalJson } from './canonical.ts'
import { ContentError } from './content-error.ts'
import { isMadeFrom, readPin, storePin } from './pin-file.ts'

export interface PinStoreOptions {
  /** `.bootwright` beside the definition. */
  readonly folder: string
  /** Makes everything again, once for each run. */
  readonly refresh?: boolean
}

/** A keeper that stores nothing until a medium is about to be written: a run that only plans leaves no trace. */
export interface DeferredPinStore extends PinStore {
  /** From now on, what is made is held in memory. So it is at first. */
  hold(): void
  /** Stores what was asked for since `hold`; from now on, what is made is stored at once. */
  release(): Promise<void>
}

interface Made {
  readonly name: string
  readonly inputs: string
  /** False for what was read from its file. */
  readonly isNew: boolean
  readonly data: Uint8Array
}

/** Keeps what must be made once, one file each, readable by their owner only. */
export function openPinStore({ folder, refresh = false }: PinStoreOptions): DeferredPinStore {
  const thisRun = new Map<string, Promise<Made>>()
  const stored = new Map<Made, Promise<void>>()
  let held: Set<Made> | undefined = new Set()

  const fileOf = (name: string): string => join(folder, `${name}.json`)
  const obtain = async (name: string, inputs: string, make: () => Promise<Uint8Array>): Promise<Made> => {
    const kept = refresh ? undefined : await readPin(fileOf(name))
    if (kept && (await isMadeFrom(kept, inputs))) return { name, inputs, isNew: false, data: kept.data }
    return { name, inputs, isNew: true, data: await make() }
  }
  const store = async (made: Made): Promise<void> => {
    if (!made.isNew) return
    const storing = stored.get(made) ?? storePin(fileOf(made.name), made.inputs, made.data)
    stored.set(made, storing)
    await storing
  }
  return {
    async pin(name, inputs, make) {
      checkName(name)
      const text = canonicalJson(inputs)
      const key = canonicalJson([name, text])
      const making = thisRun.get(key) ?? obtain(name, text, make)
      thisRun.set(key, making)
      try {
        const made = await making
        if (held) held.add(made)
        else await store(made)
        return made.data
      } catch (error) {
        // What failed, or was cancelled, may go well the next time.
        thisRun.delete(key)
        throw error
      }
    },
    hold() {
      held = new Set()
    },
    async release() {
      const asked = held ?? []
      held = undefined
      for (const made of asked) await store(made)
    },
  }
}

/** Names are paths below the folder, with `/` between their parts, and never lead out of it. */
function checkName(name: string): void {
  const isBad = name.split('/').some(part => ['', '.', '..'].includes(part) || /[\\\0]/.test(part))
  if (isBad) throw new ContentError('KEPT_NAME', name, `"${name}" is no name to keep something under; expected a/b`)
}
