import type { FinishedMedium } from '@bootwright/api'
import type { Entry, Tree } from '@bootwright/bytes'

/** The tree of an image with one volume for the medium and the EFI programs. */
export const wholeTree = ({ tree, boot }: Pick<FinishedMedium, 'tree' | 'boot'>): Tree =>
  new Map<string, Entry>([...(boot?.uefi?.systemPartition ?? []), ...tree])

/** UEFI 2.10 3.5.1.1: the programs that firmware starts by default. */
const EFI_PROGRAM = /^EFI\/BOOT\/BOOT[A-Z0-9]+\.EFI$/i

/** Whether such a volume contains a program that UEFI starts. */
export const startsUefi = (tree: Tree): boolean => [...tree.keys()].some(path => EFI_PROGRAM.test(path))
