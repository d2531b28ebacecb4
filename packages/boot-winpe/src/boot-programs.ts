import type { Architecture, Log } from '@bootwright/api'
import type { Bytes } from '@bootwright/bytes'
import { readPe } from '@bootwright/format-pe'
import { BootWinpeError } from './errors.ts'
import { type Candidate, type FileTree, nameOf } from './file-tree.ts'
import type { Authority, WinpeOptions } from './options.ts'
import { discImageSignedUnder, isFormatError, signedUnder } from './signed-under.ts'
import type { Source } from './source.ts'

/** What firmware starts, chosen from all that a source has. */
export interface BootPrograms {
  /** The boot manager as firmware starts it. */
  readonly manager: Bytes
  /** Likewise, as it is started from elsewhere (`bootmgr.efi`). */
  readonly otherManager: Bytes | undefined
  /** FAT image that UEFI starts from a disc. */
  readonly discImage: Bytes
  /** Fonts of the boot manager, where they are others than the source's. */
  readonly fonts: ReadonlyMap<string, Bytes> | undefined
  readonly authority: Authority | undefined
  /** `boot.sdi`. */
  readonly ramDisk: Bytes
  readonly bios: { readonly manager: Bytes; readonly discLoader: Bytes } | undefined
}

export const FIRST_PROGRAM: Readonly<Record<Architecture, string>> = {
  x64: 'efi/boot/bootx64.efi',
  arm64: 'efi/boot/bootaa64.efi',
}
/** What Windows keeps of its boot programs inside of each image; signed anew in `…_EX`. */
const IN_IMAGE = 'Windows/Boot'
/** The language does not matter: what is asked is in a file of its own. */
const DISC = { old: `${IN_IMAGE}/DVD/EFI/en-US`, new: `${IN_IMAGE}/DVD_EX/EFI/en-US` } as const

export async function chooseBootPrograms(
  { medium, firmware }: Source,
  image: FileTree,
  { signedUnder: asked, pressAnyKey }: WinpeOptions,
  architecture: Architecture,
  log: Log,
): Promise<BootPrograms> {
  const first = FIRST_PROGRAM[architecture]
  const at = (tree: FileTree | undefined, ...paths: string[]): Candidate[] =>
    tree ? paths.map(path => ({ tree, path })) : []
  const manager = await choose(
    'the boot manager for UEFI',
    [...at(medium, first), ...at(image, `${IN_IMAGE}/EFI/bootmgfw.efi`, `${IN_IMAGE}/EFI_EX/bootmgfw_EX.efi`)],
    signedUnder,
    asked,
  )
  const { machine } = await readPe(manager.content)
  if (machine !== architecture)
    throw new BootWinpeError(
      'ARCHITECTURE_WRONG',
      manager.name,
      `${manager.name} is for ${machine}, and the medium for ${architecture}; change one of them`,
    )
  const { authority } = manager
  const disc = pressAnyKey ? 'efisys' : 'efisys_noprompt'
  const discImage = await choose(
    'what UEFI starts from a disc',
    [
      ...at(firmware, `${disc}.bin`, `${disc}_EX.bin`),
      ...at(medium, `efi/microsoft/boot/${disc}.bin`, `efi/microsoft/boot/${disc}_EX.bin`),
      ...at(image, `${DISC.old}/${disc}.bin`, `${DISC.new}/${disc}_EX.bin`),
    ],
    discImageSignedUnder,
    asked,
    authority,
  )
  if (discImage.authority !== authority)
    log.warn(
      `${manager.name} is signed under ${shown(authority)}, and ${discImage.name} under ${shown(discImage.authority)}: a computer that trusts one of them only starts either disc or stick; choose with \`signedUnder\``,
    )
  const others = at(medium, 'bootmgr.efi').concat(
    at(image, `${IN_IMAGE}/EFI/bootmgr.efi`, `${IN_IMAGE}/EFI_EX/bootmgr_EX.efi`),
  )
  const fonts = image.below(`${IN_IMAGE}/Fonts_EX`)
  return {
    manager: manager.content,
    otherManager: (await signersOf(others, signedUnder)).find(each => each.authority === authority)?.content,
    discImage: discImage.content,
    fonts:
      authority === '2023' && fonts.size > 0
        ? new Map([...fonts].map(([path, file]) => [path.replace(/_ex(\.\w+)$/, '$1'), file]))
        : undefined,
    authority,
    ramDisk: find('the RAM disk', [
      ...at(medium, 'boot/boot.sdi'),
      ...at(image, `${IN_IMAGE}/DVD/EFI/boot.sdi`, `${IN_IMAGE}/DVD/PCAT/boot.sdi`),
    ]),
    bios: architecture === 'x64' ? biosPrograms({ medium, firmware }, image, log) : undefined,
  }
}

export const shown = (authority: Authority | undefined): string =>
  authority === undefined
    ? 'none of Microsoft Windows’ authorities'
    : { '2011': 'Windows Production PCA 2011', '2023': 'Windows UEFI CA 2023' }[authority]

/** Both are there, or BIOS does not start. */
function biosPrograms(
  { medium, firmware }: Pick<Source, 'medium' | 'firmware'>,
  image: FileTree,
  log: Log,
): BootPrograms['bios'] {
  const managers: Candidate[] = [
    { tree: medium, path: 'bootmgr' },
    { tree: image, path: `${IN_IMAGE}/PCAT/bootmgr` },
  ]
  const loaders: Candidate[] = [
    ...(firmware ? [{ tree: firmware, path: 'etfsboot.com' }] : []),
    { tree: medium, path: 'boot/etfsboot.com' },
    { tree: image, path: `${IN_IMAGE}/DVD/PCAT/etfsboot.com` },
  ]
  if (![...managers, ...loaders].some(contentOf)) {
    log.info('neither bootmgr nor etfsboot.com is there: the medium starts by UEFI only')
    return undefined
  }
  return {
    manager: find('the boot manager for BIOS', managers),
    discLoader: find('what BIOS starts from a disc', loaders),
  }
}

const contentOf = ({ tree, path }: Candidate): Bytes | undefined => tree.file(path)

function find(what: string, candidates: readonly Candidate[]): Bytes {
  for (const candidate of candidates) {
    const content = contentOf(candidate)
    if (content) return content
  }
  throw missing(what, candidates)
}

const missing = (what: string, candidates: readonly Candidate[]): BootWinpeError =>
  new BootWinpeError(
    'FILE_MISSING',
    candidates[0]!.path,
    `${what} is missing; looked for ${candidates.map(nameOf).join(', ')}`,
  )

interface SignedProgram {
  readonly content: Bytes
  readonly name: string
  readonly authority: Authority | undefined
}

/** The first that is signed as is asked, or, when nothing is, as is preferred, or else the first that is there. */
async function choose(
  what: string,
  candidates: readonly Candidate[],
  signerOf: (content: Bytes) => Promise<Authority | undefined>,
  asked: Authority | undefined,
  preferred?: Authority | undefined,
): Promise<SignedProgram> {
  const signed = await signersOf(candidates, signerOf)
  if (signed.length === 0) throw missing(what, candidates)
  const found = signed.find(({ authority }) => authority === (asked ?? preferred)) ?? (asked ? undefined : signed[0])
  if (found) return found
  throw new BootWinpeError(
    'SIGNATURE_MISSING',
    candidates[0]!.path,
    `${what} is not there signed under ${shown(asked)}; ${signed.map(each => `${each.name} is signed under ${shown(each.authority)}`).join(', ')}; leave \`signedUnder\` out, or take a newer kit or image`,
  )
}

async function signersOf(
  candidates: readonly Candidate[],
  signerOf: (content: Bytes) => Promise<Authority | undefined>,
): Promise<readonly SignedProgram[]> {
  const signed: SignedProgram[] = []
  for (const candidate of candidates) {
    const content = contentOf(candidate)
    if (!content) continue
    const name = nameOf(candidate)
    try {
      signed.push({ content, name, authority: await signerOf(content) })
    } catch (error) {
      if (!isFormatError(error)) throw error
      throw new BootWinpeError('FILE_UNREADABLE', name, `${name} cannot be started: ${error.message}`, error)
    }
  }
  return signed
}
