import type { StepContext } from '@bootwright/api'
import { partitionsOf, property } from './volumes.ts'

/** UEFI 2.10 5.3.3. */
const EFI_PARTITION = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'

/** The device of a disk's EFI system partition. Throws when it has none. */
export async function efiPartitionOf(context: StepContext, disk: string): Promise<string> {
  for (const device of await partitionsOf(context, disk)) if (await isEfi(context, device)) return device
  throw new Error(
    `the disk ${disk} has no EFI system partition, and UEFI starts a system from nothing else; make one of the type efi`,
  )
}

/** Also of an MBR disk. */
export async function isEfi(context: StepContext, device: string): Promise<boolean> {
  const type = (await property(context, device, 'PART_ENTRY_TYPE')).toLowerCase()
  return type === EFI_PARTITION || type === '0xef'
}
