import type { FinishedMedium } from '@bootwright/api'
import type { Entry, Tree } from '@bootwright/bytes'

/** What a carrier holds that has one volume for the medium and for what UEFI starts. */
export const wholeTree = ({ tree, boot }: Pick<FinishedMedium, 'tree' | 'boot'>): Tree =>
  new Map<string, Entry>([...(boot?.uefi?.systemPartition ?? []), ...tree])

/** UEFI 2.10 3.5.1.1: what firmware starts without being told. */
const EFI_PROGRAM = /^EFI\/BOOT\/BOOT[A-Z0-9]+\.EFI$/i

/** Whether such a volume has what UEFI starts. */
export const startsUefi = (tree: Tree): boolean => [...tree.keys()].some(path => EFI_PROGRAM.test(path))
