import { join } from 'node:path'
import type { Attachment, Firmware } from '@bootwright/virtual-machine'
import type { ExecutionContext } from 'ava'
import { onMachine, start } from './machines.ts'

/** A way to start the example: `name` is the image of it in the folder `out`. */
export interface Way {
  readonly firmware: Firmware
  readonly attachAs: Attachment
  readonly name: string
  readonly what: string
}

const ATTACHMENTS = [
  { what: 'a CD', attachAs: 'cd', name: 'bootable.iso' },
  { what: 'the same image on a stick', attachAs: 'usb', name: 'bootable.iso' },
  { what: 'a stick with FAT', attachAs: 'usb', name: 'bootable.img' },
] as const
const FIRMWARES = ['bios', 'uefi', 'secure-boot'] as const
const isInner = (way: Way): boolean =>
  ATTACHMENTS.findIndex(({ what }) => what === way.what) === FIRMWARES.indexOf(way.firmware)
const WAYS: readonly Way[] = FIRMWARES.flatMap(firmware => ATTACHMENTS.map(attachment => ({ ...attachment, firmware })))

/** Each firmware and each way to attach a medium once. */
export const INNER_WAYS: readonly Way[] = WAYS.filter(isInner)
/** All the others. */
export const OUTER_WAYS: readonly Way[] = WAYS.filter(way => !isInner(way))

export const titleOf = ({ what, firmware }: Way): string =>
  `the example starts from ${what} under ${firmware}, asks, and keeps the answer`

/** Starts the example, as `extendExample` and `withScript` have it, and answers what it asks. */
export const startsAndAsks = (t: ExecutionContext, folder: string, { name, attachAs, firmware }: Way): Promise<void> =>
  onMachine(t, async () => {
    const signal = AbortSignal.timeout(8 * 60_000)
    await using machine = await start({ image: join(folder, 'out', name), attachAs, firmware, signal })
    await machine.waitFor(/bootwright: agent ready on medium [0-9a-f-]{36}/, { signal })
    if (firmware === 'secure-boot') t.regex(machine.output, /Secure Boot is on/i)
    await machine.waitFor(/Who is this computer for\?/, { signal })
    t.regex(machine.output, /the script has a terminal/)
    t.regex(machine.output, /Signed by CN=Lab media, serial 7/)
    machine.send(`Ada at ${firmware}\n`)
    await machine.waitFor(new RegExp(`bootwright: environment OSDComputerOwner=Ada at ${firmware}`), { signal })
    await machine.waitFor(/bootwright: done/, { signal })
    t.regex(machine.output, /https:\/\/mp1\.corp\.example/)
  })
