import type { FinishedMedium, ImagePart, ImageReader } from '@bootwright/api'
import { fromFile, isIncomplete, type Range, read, type Tree, updateFile, updateSize } from '@bootwright/bytes'
import { decodeManifest, MANIFEST_LIMIT, MANIFEST_PATH, type Manifest } from '@bootwright/medium'
import { NoUpdateError } from './no-update-error.ts'

export interface ImageUpdate {
  readonly reader: ImageReader
  readonly medium: FinishedMedium
  readonly signal: AbortSignal
  readonly startProgress: (total: number) => { report(done: number): void; end(): void }
}

/**
 * Makes the image file at its destination, an earlier build of the same medium, the new one. Its own manifest says which contents are there
 * already; all else is compared. Returns how many bytes were written. Throws {@link NoUpdateError}.
 */
export async function updateImageFile(
  part: ImagePart,
  { reader, medium, signal, startProgress }: ImageUpdate,
): Promise<number> {
  const { destination, bytes } = part
  const same = (await isIncomplete(destination)) ? [] : await sameRanges(part, reader, medium)
  const task = startProgress(updateSize(bytes, same))
  const { written } = await updateFile(destination, bytes, { same, signal, onProgress: task.report })
  task.end()
  return written
}

async function sameRanges(
  { destination: path, extents = [], free = [] }: ImagePart,
  reader: ImageReader,
  medium: FinishedMedium,
): Promise<readonly Range[]> {
  const opened = await reader.open(await fromFile(path))
  const [before, after] = [opened && (await manifestOf(opened.tree)), await manifestOf(medium.tree)]
  if (!before || !after || before.id !== after.id)
    throw new NoUpdateError(
      'OTHER_MEDIUM',
      `${path} is no earlier build of this medium (${after?.id}), but ${before ? `medium ${before.id}` : 'something else'}; replace it, or choose another name`,
    )
  if (before.serial > after.serial)
    throw new NoUpdateError(
      'OLDER_SERIAL',
      `${path} has issue ${before.serial} of this medium, and the definition says ${after.serial}; raise \`serial\`, or replace the file`,
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
  // Behind its last file the earlier build has the same nothing.
  const nothing = free.flatMap(({ offset, size }) => {
    const start = Math.max(offset, used)
    return start < offset + size ? [{ offset: start, size: offset + size - start }] : []
  })
  return [...contents, ...nothing]
}

async function manifestOf(tree: Tree): Promise<Manifest | undefined> {
  const entry = tree.get(MANIFEST_PATH)
  if (entry?.kind !== 'file' || entry.content.size > MANIFEST_LIMIT) return undefined
  return decodeManifest(await read(entry.content))
}

const digestsOf = ({ files }: Manifest): ReadonlyMap<string, string> =>
  new Map(files.flatMap(file => ('sha256' in file ? [[file.path, file.sha256]] : [])))
