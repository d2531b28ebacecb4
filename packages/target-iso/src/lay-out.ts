import type { FinishedMedium } from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { type FatPlan, fatLabel, planFat } from '@bootwright/format-fat'
import { type IsoBootEntry, type IsoPlan, planIso } from '@bootwright/format-iso'

/** The El Torito image for UEFI. It is a file too, so that people see what it is. */
const SYSTEM_PARTITION = 'boot/efi.img'

/** Lays one ISO image out: the medium's tree, and what lets firmware start it from a disc and from a stick. */
export function layOut(medium: FinishedMedium, tree: Tree = medium.tree): IsoPlan {
  const { id, label, date, boot } = medium
  const entries: IsoBootEntry[] = []
  const whole = new Map(tree)
  if (boot?.bios) entries.push({ platform: 'bios', path: boot.bios.loader, bootInfoTable: true })
  if (boot?.uefi) {
    const partition = systemPartition(medium, boot.uefi.systemPartition)
    whole.set(SYSTEM_PARTITION, { kind: 'file', content: partition.bytes, change: 'rarely' })
    entries.push({ platform: 'uefi', path: SYSTEM_PARTITION })
  }
  if (entries.length === 0) return planIso(whole, { label, date })
  return planIso(whole, {
    label,
    date,
    boot: entries,
    hybrid: {
      seed: id,
      ...(boot?.bios?.mbrCode && { mbrCode: boot.bios.mbrCode }),
      ...(boot?.uefi && { systemPartition: SYSTEM_PARTITION }),
    },
  })
}

const systemPartition = ({ id, label, date }: FinishedMedium, tree: Tree): FatPlan =>
  planFat(tree, { label: fatLabel(label), date, seed: id })
