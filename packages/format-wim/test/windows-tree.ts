import { type Bytes, fromMemory } from '@bootwright/bytes'
import { FILE_ATTRIBUTE, type WimFile, walk } from '../src/index.ts'
import { HEADER_FLAG } from '../src/structures/header.ts'
import { factsOf, referencesOf } from '../src/structures/image-facts.ts'
import { emptyXml, setImage } from '../src/structures/xml.ts'
import { assemble, type WimPlan } from '../src/write/assemble.ts'
import { hashContent, type StoredBlob, storeBlob } from '../src/write/blob-store.ts'
import { openCompressor } from '../src/write/compressor.ts'
import { encodeMetadata } from '../src/write/encode-metadata.ts'
import { date } from './sample.ts'

/** Owner and group administrators, everything for everybody; the second without inheritance. */
const SECURITY = ['0480', '0490'].map(control =>
  Buffer.from(
    `0100${control}1400000024000000000000003400000001020000000000052000000020020000` +
      '0102000000000005200000002002000002001c000100000000031400ff011f00010100000000000100000000',
    'hex',
  ),
)
/** Links say so that were captured with `--norpfix`. */
const NOT_FIXED = 1
const TIME = 133_700_000_000_000_000n

/** A WIM of a tree as it would come from Windows, with all that a tree of contents does not have. */
export async function wimOf(
  contents: Readonly<Record<string, Bytes>>,
  makeRoot: (sha1: (name: string) => string) => WimFile,
): Promise<WimPlan> {
  await using compressor = openCompressor(1)
  const options = { compression: 'lzx', chunkSize: 32_768, compressor, memory: { left: 1 << 30 } } as const
  const blobs = new Map<string, StoredBlob>()
  for (const [name, content] of Object.entries(contents))
    blobs.set(name, await storeBlob(await hashContent(content), options))
  const root = makeRoot(name => blobs.get(name)!.sha1)
  const metadata = fromMemory(encodeMetadata({ root, security: SECURITY }))
  const xml = emptyXml()
  setImage(
    xml,
    1,
    factsOf(root, () => 0, date),
    { name: 'ntfs' },
  )
  const references = referencesOf(root)
  return await assemble({
    header: { version: 0x10d00, flags: HEADER_FLAG.compressed | HEADER_FLAG.lzx, chunkSize: 32_768, bootIndex: 0 },
    kept: fromMemory(''),
    keptEntries: [],
    blobs: [...blobs.values()].map(blob => ({ blob, references: references.get(blob.sha1)! })),
    images: [await storeBlob(await hashContent(metadata), options)],
    xml,
  })
}

export const file = (name: string, more: Partial<WimFile> = {}): WimFile => ({
  name,
  shortName: '',
  attributes: FILE_ATTRIBUTE.archive,
  securityId: 0,
  created: TIME,
  accessed: TIME + 10_000_000n,
  written: TIME + 20_000_001n,
  linkGroup: 0n,
  ...more,
})
export const folder = (name: string, children: readonly WimFile[], more: Partial<WimFile> = {}): WimFile =>
  file(name, { attributes: FILE_ATTRIBUTE.directory, children, ...more })

/** What can be compared of a file: all but numbers that every program gives out in its own way. */
export const facts = (root: WimFile, security: readonly Uint8Array[]): Record<string, unknown> => {
  const groups = new Map<bigint, number>()
  const groupOf = (group: bigint): number => {
    if (group === 0n) return 0
    if (!groups.has(group)) groups.set(group, groups.size + 1)
    return groups.get(group)!
  }
  return Object.fromEntries(
    [...walk(root)].map(({ path, file: { children, extra, securityId, linkGroup, ...rest } }) => [
      path,
      {
        ...rest,
        isFolder: children !== undefined,
        security: Buffer.from(security[securityId] ?? []).toString('hex'),
        group: groupOf(linkGroup),
      },
    ]),
  )
}

/** Contents of {@link everything}, by the names that its files have them under. */
export function contentsOfEverything(): Readonly<Record<string, Bytes>> {
  const target = Buffer.from('..\\text.txt', 'utf16le')
  const lengths = Buffer.from([0, 0, target.length, 0, target.length, 0, target.length, 0, 1, 0, 0, 0])
  return {
    text: fromMemory('text '.repeat(30_000)),
    stream: fromMemory('an alternate data stream'),
    linked: fromMemory('one file, three names'),
    link: fromMemory(Buffer.concat([lengths, target, target])),
    own: fromMemory(Buffer.from('0c0014000000120000000000', 'hex')),
  }
}

/** Files with streams, short names, security, reparse points and hard links. */
export function everything(sha1: (name: string) => string): readonly WimFile[] {
  const streams = [
    { name: 'empty', sha1: undefined },
    { name: 'Größe', sha1: sha1('stream') },
  ]
  const linked = (name: string) => file(name, { sha1: sha1('linked'), linkGroup: 7n })
  return [
    folder(
      'A folder',
      [linked('two'), linked('three'), file('LONGFI~1.TXT', { name: 'long file name.txt', shortName: 'LONGFI~1.TXT' })],
      {
        securityId: 1,
        shortName: 'AFOLDE~1',
        streams: [{ name: 'on a folder', sha1: sha1('stream') }],
      },
    ),
    file('hidden', { attributes: FILE_ATTRIBUTE.hidden | FILE_ATTRIBUTE.system | FILE_ATTRIBUTE.readOnly }),
    linked('one'),
    file('streams', { sha1: sha1('text'), streams, securityId: 1 }),
    file('symbolic link', {
      attributes: FILE_ATTRIBUTE.reparsePoint | FILE_ATTRIBUTE.archive,
      reparse: { tag: 0xa000000c, reserved: 0, flags: NOT_FIXED, sha1: sha1('link') },
    }),
    file('text.txt', { sha1: sha1('text') }),
    file('with another tag', {
      attributes: FILE_ATTRIBUTE.reparsePoint | FILE_ATTRIBUTE.archive,
      reparse: { tag: 0x80000017, reserved: 0, flags: NOT_FIXED, sha1: sha1('own') },
      sha1: sha1('text'),
    }),
  ]
}
