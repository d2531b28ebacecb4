import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEnvironment } from '@bootwright/api'

/** UEFI 2.10 3.3: global variables. Linux puts four bytes of attributes before a value (efivarfs). */
const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c'
const ATTRIBUTES = 4
/** NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS. */
const STORED = 7

/**
 * Sets `BootNext`: for the installed system the first entry of the boot order, which is where a boot loader puts its own when it is
 * installed; for the boot image the entry that was started now. `efi` is `/sys/firmware/efi`. False where no UEFI is.
 */
export async function setBootNext(efi: string, into: RunEnvironment): Promise<boolean> {
  if (!existsSync(efi)) return false
  const file = (name: string): string => join(efi, 'efivars', `${name}-${GLOBAL}`)
  const value = async (name: string): Promise<Buffer> =>
    (await readFile(file(name)).catch(() => Buffer.alloc(ATTRIBUTES))).subarray(ATTRIBUTES)
  const from = await value(into === 'installedSystem' ? 'BootOrder' : 'BootCurrent')
  if (from.length < 2) return true
  const next = Buffer.alloc(ATTRIBUTES + 2)
  next.writeUInt32LE(STORED, 0)
  from.copy(next, ATTRIBUTES, 0, 2)
  await writeFile(file('BootNext'), next)
  return true
}
