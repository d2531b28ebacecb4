import type { FinishedMedium } from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { type FatPlan, fatLabel, planFat } from '@bootwright/format-fat'
import { type IsoBootEntry, type IsoPlan, planIso } from '@bootwright/format-iso'

/** The El Torito image for UEFI that is made here. It is a file too, so that people see what it is. */
export const SYSTEM_PARTITION = 'boot/efi.img'

/** Lays one ISO image out: the medium's tree, and what lets firmware start it from a disc and from a stick. */
export function layOut(medium: FinishedMedium, tree: Tree = medium.tree): IsoPlan {
  const { id, label, date, boot } = medium
  const entries: IsoBootEntry[] = []
  const whole = new Map(tree)
  const { bios, uefi, readsUdf: udf = false } = boot ?? {}
  if (bios) {
    const { loader: path, sectors } = bios
    entries.push({
      platform: 'bios',
      path,
      ...(sectors === undefined ? { bootInfoTable: true } : { loadSectors: sectors }),
    })
  }
  if (uefi?.discImage !== undefined) entries.push({ platform: 'uefi', path: uefi.discImage })
  else if (uefi) {
    const partition = systemPartition(medium, uefi.systemPartition)
    whole.set(SYSTEM_PARTITION, { kind: 'file', content: partition.bytes, change: 'rarely' })
    entries.push({ platform: 'uefi', path: SYSTEM_PARTITION })
  }
  if (entries.length === 0) return planIso(whole, { label, date, udf })
  const isHybrid = whole.has(SYSTEM_PARTITION) || bios?.mbrCode !== undefined
  return planIso(whole, {
    label,
    date,
    udf,
    boot: entries,
    ...(isHybrid && {
      hybrid: {
        seed: id,
        ...(bios?.mbrCode && { mbrCode: bios.mbrCode }),
        ...(whole.has(SYSTEM_PARTITION) && { systemPartition: SYSTEM_PARTITION }),
      },
    }),
  })
}

const systemPartition = ({ id, label, date }: FinishedMedium, tree: Tree): FatPlan =>
  planFat(tree, { label: fatLabel(label), date, seed: id })
