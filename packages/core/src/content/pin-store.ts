import { join } from 'node:path'
import type { PinStore } from '@bootwright/api'
import { canonicalJson } from './canonical.ts'
import { ContentError } from './content-error.ts'
import { hasInputs, readPin, storePin } from './pin-file.ts'

export interface PinStoreOptions {
  /** `.bootwright` beside the definition. */
  readonly folder: string
  /** Creates all pins anew, once in each run. */
  readonly refresh?: boolean
}

/** A pin store that writes nothing until a medium is about to be written: a plan leaves no trace. */
export interface DeferredPinStore extends PinStore {
  /** From now on, new pins stay in memory; this is the initial state. */
  hold(): void
  /** Stores the pins that were requested since `hold`; from now on, new pins are stored at once. */
  release(): Promise<void>
}

interface Entry {
  readonly name: string
  readonly inputs: string
  /** False for a pin that was read from its file. */
  readonly isNew: boolean
  readonly data: Uint8Array
}

/** Stores pins in a file each, readable only by their owner. */
export function openPinStore({ folder, refresh = false }: PinStoreOptions): DeferredPinStore {
  const thisRun = new Map<string, Promise<Entry>>()
  const stored = new Map<Entry, Promise<void>>()
  let held: Set<Entry> | undefined = new Set()

  const fileOf = (name: string): string => join(folder, `${name}.json`)
  const obtain = async (name: string, inputs: string, make: () => Promise<Uint8Array>): Promise<Entry> => {
    const pin = refresh ? undefined : await readPin(fileOf(name))
    if (pin && (await hasInputs(pin, inputs))) return { name, inputs, isNew: false, data: pin.data }
    return { name, inputs, isNew: true, data: await make() }
  }
  const store = async (entry: Entry): Promise<void> => {
    if (!entry.isNew) return
    const storing = stored.get(entry) ?? storePin(fileOf(entry.name), entry.inputs, entry.data)
    stored.set(entry, storing)
    await storing
  }
  return {
    async pin(name, inputs, make) {
      checkName(name)
      const text = canonicalJson(inputs)
      const key = canonicalJson([name, text])
      const obtaining = thisRun.get(key) ?? obtain(name, text, make)
      thisRun.set(key, obtaining)
      try {
        const entry = await obtaining
        if (held) held.add(entry)
        else await store(entry)
        return entry.data
      } catch (error) {
        // A failure or a cancellation must not be repeated to later callers.
        thisRun.delete(key)
        throw error
      }
    },
    hold() {
      held = new Set()
    },
    async release() {
      const requested = held ?? []
      held = undefined
      for (const entry of requested) await store(entry)
    },
  }
}

/** Names are relative paths with `/` between their parts, which cannot leave the folder. */
function checkName(name: string): void {
  const isBad = name.split('/').some(part => ['', '.', '..'].includes(part) || /[\\\0]/.test(part))
  if (isBad)
    throw new ContentError('PIN_NAME', name, `"${name}" is not a valid pin name; expected a relative path like a/b`)
}
