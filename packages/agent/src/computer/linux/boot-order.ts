import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BootPartition, encodeBootEntry, partitionOf } from './boot-entry.ts'

/** UEFI 2.10 3.3: global variables. Linux puts four bytes of attributes before a value (efivarfs). */
const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c'
const ATTRIBUTES = 4
/** NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS. */
const STORED = 7
const DESCRIPTION = 'Installed system'
/** The boot loader that firmware starts by default (3.5.1.1). */
const DEFAULT_PATHS = { x64: '\\EFI\\BOOT\\BOOTX64.EFI', arm64: '\\EFI\\BOOT\\BOOTAA64.EFI' } as const

export interface BootOrder {
  /** Selects the entry that the computer was started from. */
  startSame(): Promise<void>
  /**
   * Selects the system whose boot loader is on this partition: by its entry, or by a new one, because firmware may have lost its list.
   * Without a partition, selects the first entry: boot loaders put theirs first.
   */
  startFrom(partition: BootPartition | undefined): Promise<void>
}

/** Selects what the firmware starts next. `efi` is `/sys/firmware/efi`. Undefined without UEFI. */
export function bootOrder(efi: string): BootOrder | undefined {
  if (!existsSync(efi)) return undefined
  const folder = join(efi, 'efivars')
  const file = (name: string): string => join(folder, `${name}-${GLOBAL}`)
  const value = async (name: string): Promise<Buffer> =>
    (await readFile(file(name)).catch(() => Buffer.alloc(ATTRIBUTES))).subarray(ATTRIBUTES)
  const set = async (name: string, data: Uint8Array): Promise<void> => {
    const attributes = Buffer.alloc(ATTRIBUTES)
    attributes.writeUInt32LE(STORED)
    await writeFile(file(name), Buffer.concat([attributes, data]))
  }
  const numbers = async (name: string): Promise<readonly number[]> => {
    const list = await value(name)
    return Array.from({ length: list.length >> 1 }, (_, index) => list.readUInt16LE(index * 2))
  }
  const setNext = async (number: number | undefined): Promise<void> => {
    if (number !== undefined) await set('BootNext', Uint8Array.of(number & 0xff, number >> 8))
  }
  return {
    startSame: async () => setNext((await numbers('BootCurrent'))[0]),
    async startFrom(partition) {
      const order = await numbers('BootOrder')
      if (partition === undefined) return await setNext(order[0])
      const known = (await readdir(folder)).flatMap(name => {
        const [, digits] = /^Boot([0-9A-F]{4})-/.exec(name) ?? []
        return digits === undefined ? [] : [Number.parseInt(digits, 16)]
      })
      for (const number of [...order, ...known])
        if (partitionOf(await value(nameOf(number))) === partition.guid) return await setNext(number)
      let free = 0
      while (known.includes(free)) free += 1
      const path = process.arch === 'arm64' ? DEFAULT_PATHS.arm64 : DEFAULT_PATHS.x64
      await set(nameOf(free), encodeBootEntry(DESCRIPTION, partition, path))
      await setNext(free)
    },
  }
}

const nameOf = (number: number): string => `Boot${number.toString(16).toUpperCase().padStart(4, '0')}`
