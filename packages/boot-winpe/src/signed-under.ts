import type { Bytes } from '@bootwright/bytes'
import { CmsError, signersOf } from '@bootwright/format-cms'
import { FatError, readFat } from '@bootwright/format-fat'
import { PeError, readPe } from '@bootwright/format-pe'
import type { Authority } from './options.ts'

/** Names of the authorities, as certificates have them. */
const NAMES: Readonly<Record<Authority, RegExp>> = {
  '2011': /Microsoft Windows Production PCA 2011/,
  '2023': /Windows UEFI CA 2023/,
}

/** The authority that signed an EFI program; undefined for another one, or none. Throws for a file that is not an EFI program. */
export async function signedUnder(program: Bytes): Promise<Authority | undefined> {
  const { certificates } = await readPe(program)
  const names = certificates
    .flatMap(der => signersOf(der))
    .flatMap(({ certificate, chain }) => [certificate, ...chain].map(each => each.issuer))
    .join('\n')
  return (Object.keys(NAMES) as Authority[]).find(authority => NAMES[authority].test(names))
}

/** Likewise of the program in a FAT image that discs start from. */
export async function discImageSignedUnder(image: Bytes): Promise<Authority | undefined> {
  const { tree } = await readFat(image)
  for (const [path, entry] of tree)
    if (/^efi\/boot\/boot\w+\.efi$/i.test(path) && entry.kind === 'file') return await signedUnder(entry.content)
  return undefined
}

/** Errors of the readers: what is read is no program, no volume, no signature. */
export const isFormatError = (error: unknown): error is Error =>
  error instanceof PeError || error instanceof CmsError || error instanceof FatError
