import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Firmware } from '../firmware.ts'

/** UEFI 2.10 3.3: the global variable `SecureBoot`. Linux puts four bytes of attributes before the value (efivarfs). */
const SECURE_BOOT = 'efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'
const VALUE_OFFSET = 4

/** The firmware that started the computer. `efi` is `/sys/firmware/efi`, which exists under UEFI only. */
export function readFirmware(efi: string): Firmware {
  if (!existsSync(efi)) return { kind: 'bios' }
  try {
    return { kind: 'uefi', isSecureBoot: readFileSync(join(efi, SECURE_BOOT))[VALUE_OFFSET] === 1 }
  } catch {
    // Firmware without Secure Boot has no such variable.
    return { kind: 'uefi', isSecureBoot: false }
  }
}
