import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { MachineError } from './errors.ts'

export type Firmware = 'bios' | 'uefi' | 'secure-boot'

/** The emulator. */
export const QEMU = 'qemu-system-x86_64'

/** UEFI firmware as two flash images: code, and variables, of which each machine gets its own copy. */
export interface FlashImages {
  readonly code: string
  readonly variables: string
}

/** Paths in Debian's and Ubuntu's package `ovmf`. The variables of `secure-boot` contain Microsoft's keys. */
const FLASH_IMAGES: Readonly<Record<Exclude<Firmware, 'bios'>, FlashImages>> = {
  uefi: { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  'secure-boot': {
    code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
    variables: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd',
  },
}

/** The firmware of a machine. Throws `QEMU_MISSING` or `FIRMWARE_MISSING`. */
export function resolveFirmware(firmware: Firmware, path: string = process.env.PATH ?? ''): ResolvedFirmware {
  const qemu = path
    .split(delimiter)
    .map(folder => join(folder, QEMU))
    .find(file => isAccessible(file, constants.X_OK))
  if (!qemu)
    throw new MachineError('QEMU_MISSING', `${QEMU} is not on the PATH; install QEMU: apt-get install qemu-system-x86`)
  if (firmware === 'bios') return { qemu, flash: undefined }
  const flash = FLASH_IMAGES[firmware]
  const missing = [flash.code, flash.variables].find(file => !isAccessible(file, constants.R_OK))
  if (missing)
    throw new MachineError('FIRMWARE_MISSING', `the firmware ${missing} is missing; install it: apt-get install ovmf`)
  return { qemu, flash }
}
export interface ResolvedFirmware {
  readonly qemu: string
  /** None for BIOS: QEMU contains SeaBIOS. */
  readonly flash: FlashImages | undefined
}

export type Startable = { readonly ok: true } | { readonly ok: false; readonly missing: string; readonly hint: string }

/** Whether a machine with this firmware can start here; if not, what is missing, and the remedy. */
export async function canStart(firmware: Firmware, path?: string): Promise<Startable> {
  try {
    resolveFirmware(firmware, path)
    return { ok: true }
  } catch (error) {
    if (!(error instanceof MachineError)) throw error
    const isQemu = error.code === 'QEMU_MISSING'
    return { ok: false, missing: isQemu ? QEMU : `firmware for ${firmware}`, hint: error.message }
  }
}

function isAccessible(file: string, mode: number): boolean {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}
