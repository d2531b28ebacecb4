import type { FinishedMedium, ImagePart, ImageReader } from '@bootwright/api'
import { type Bytes, isIncomplete, type Range, read, type Tree, updateFile, updateSize } from '@bootwright/bytes'
import { decodeManifest, MANIFEST_LIMIT, MANIFEST_PATH, type Manifest } from '@bootwright/medium-format'
import { NoUpdateError } from './no-update-error.ts'

export interface ImageUpdate {
  /** Path of the earlier build: a file or a block device. */
  readonly path: string
  /** The earlier build, opened. */
  readonly open: () => Promise<Bytes>
  readonly reader: ImageReader
  readonly medium: FinishedMedium
  readonly verify: boolean
  readonly signal: AbortSignal
  readonly startProgress: (total: number) => { report(done: number): void; end(): void }
}

/**
 * Updates an earlier build of the same medium in place. Its manifest tells which contents are equal; the rest is compared. Returns the number of
 * bytes written. Throws {@link NoUpdateError}.
 */
export async function updateImage(part: ImagePart, update: ImageUpdate): Promise<number> {
  const { path, verify, signal, startProgress } = update
  const same = (await isIncomplete(path)) ? [] : await sameRanges(part, update)
  const task = startProgress(updateSize(part.bytes, same))
  const { written } = await updateFile(path, part.bytes, { same, verify, signal, onProgress: task.report })
  task.end()
  return written
}

async function sameRanges(
  { extents = [], free = [] }: ImagePart,
  { path, open, reader, medium }: ImageUpdate,
): Promise<readonly Range[]> {
  const opened = await reader.open(await open())
  const [before, after] = [opened && (await manifestOf(opened.tree)), await manifestOf(medium.tree)]
  if (!before || !after || !isSameMedium(before, after))
    throw new NoUpdateError(
      'OTHER_MEDIUM',
      `${path} is not an earlier build of the medium ${JSON.stringify(after?.label ?? '')}, but ${before ? `of ${JSON.stringify(before.label)}` : 'something else'}; replace it, or choose another output`,
    )
  if (before.serial > after.serial)
    throw new NoUpdateError(
      'OLDER_SERIAL',
      `${path} has issue ${before.serial} of this medium, and the definition says ${after.serial}; raise \`serial\`, or replace what is there`,
    )
  const there = new Set<string>()
  let used = 0
  const digests = digestsOf(before)
  for (const [file, entry] of opened!.tree) {
    const [segment, ...others] = entry.kind === 'file' ? entry.content.segments() : []
    if (segment?.kind === 'file' && others.length === 0)
      there.add(`${segment.offset} ${segment.length} ${digests.get(file)}`)
    for (const segment of entry.kind === 'file' ? entry.content.segments() : [])
      if (segment.kind === 'file') used = Math.max(used, segment.offset + segment.length)
  }
  const wanted = digestsOf(after)
  const contents = extents.filter(({ path: file, offset, size }) => {
    const digest = wanted.get(file)
    return digest !== undefined && there.has(`${offset} ${size} ${digest}`)
  })
  // Beyond its last file, the earlier build is unallocated too.
  const nothing = free.flatMap(({ offset, size }) => {
    const start = Math.max(offset, used)
    return start < offset + size ? [{ offset: start, size: offset + size - start }] : []
  })
  return [...contents, ...nothing]
}

/** The id changes with the definition, which may be the reason for an update, so the label identifies the medium. */
const isSameMedium = (before: Manifest, after: Manifest): boolean =>
  before.id === after.id || (before.type === after.type && before.label === after.label)

async function manifestOf(tree: Tree): Promise<Manifest | undefined> {
  const entry = tree.get(MANIFEST_PATH)
  if (entry?.kind !== 'file' || entry.content.size > MANIFEST_LIMIT) return undefined
  return decodeManifest(await read(entry.content))
}

const digestsOf = ({ files }: Manifest): ReadonlyMap<string, string> =>
  new Map(files.flatMap(file => ('sha256' in file ? [[file.path, file.sha256]] : [])))
