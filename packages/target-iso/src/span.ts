import type { FinishedMedium } from '@bootwright/api'
import { type Bytes, type Entry, fromMemory, slice, type Tree } from '@bootwright/bytes'
import type { IsoPlan } from '@bootwright/format-iso'
import {
  CONTENT_FOLDER,
  DESCRIPTOR_PATH,
  encodeSet,
  MANIFEST_PATH,
  MEDIA_LABEL_PATH,
  piecePath,
  SET_PATH,
  SIGNATURE_PATH,
} from '@bootwright/medium-format'
import { layOut } from './lay-out.ts'

/** A medium that does not fit. `needed` and `available` are in bytes. */
export class MediaSizeError extends Error {
  readonly code = 'MEDIA_SIZE'
  readonly needed: number
  readonly available: number
  constructor(what: string, needed: number, available: number, advice: string) {
    super(`${what} needs ${needed} bytes and mediaSize allows ${available}; ${advice}`)
    this.name = 'MediaSizeError'
    this.needed = needed
    this.available = available
  }
}

/** The files that identify and verify each medium of a set. */
const ON_EACH = [DESCRIPTOR_PATH, MANIFEST_PATH, SIGNATURE_PATH, MEDIA_LABEL_PATH]
const SECTOR = 2048
/** What a file takes beside its content at most: directory records in three trees, a path of 110 characters. Bytes. */
const PER_FILE = 1024
/** An estimate that was wrong is corrected so often. */
const CORRECTIONS = 4

/**
 * The images of a set, each at most `available` bytes, on as few as their contents take. The first one starts the computer and has all that
 * is no content; the others have contents alone. A file that fits on none is cut.
 */
export function span(medium: FinishedMedium, available: number): readonly IsoPlan[] {
  const whole = layOut(medium)
  if (whole.bytes.size <= available) return [whole]
  if (!medium.canSpan)
    throw new MediaSizeError(
      `medium "${medium.name}"`,
      whole.bytes.size,
      available,
      `${medium.type} media do not span; raise mediaSize or remove content`,
    )
  const { first, contents } = divide(medium.tree)
  const each = new Map([...first].filter(([path]) => ON_EACH.includes(path)))
  const others = { ...medium, boot: undefined }
  let spare = 0
  for (let count = 0; count <= CORRECTIONS; count += 1) {
    const room = {
      first: available - layOut(medium, first).bytes.size - spare,
      each: available - layOut(others, each).bytes.size - spare,
    }
    if (room.first < 0)
      throw new MediaSizeError(
        'what the first medium holds without contents',
        available - room.first,
        available,
        'raise mediaSize',
      )
    if (room.each < PIECE_LEAST)
      throw new MediaSizeError(
        'what each medium holds without contents',
        available - room.each + PIECE_LEAST,
        available,
        'raise mediaSize',
      )
    const media = pack(contents, room)
    const plans = media.map((tree, index) => {
      const set = setOf(media, index)
      const own = new Map([...(index === 0 ? first : each), ...tree, [SET_PATH, set] as const])
      return layOut(index === 0 ? medium : others, own)
    })
    const excess = Math.max(...plans.map(({ bytes }) => bytes.size - available))
    if (excess <= 0) return plans
    spare += excess
  }
  throw new MediaSizeError(`medium "${medium.name}"`, whole.bytes.size, available, 'raise mediaSize')
}

/** How often those change that say what the contents are. */
const DOCUMENT: ReadonlySet<Extract<Entry, { readonly kind: 'file' }>['change']> = new Set(['sometimes', 'often'])

/** Documents that say what the contents are belong to the first medium: they are read before anything else. */
function divide(tree: Tree): { first: Map<string, Entry>; contents: [string, Bytes][] } {
  const first = new Map<string, Entry>()
  const contents: [string, Bytes][] = []
  for (const [path, entry] of tree)
    if (path.startsWith(`${CONTENT_FOLDER}/`) && entry.kind === 'file' && !DOCUMENT.has(entry.change))
      contents.push([path, entry.content])
    else first.set(path, entry)
  return { first, contents }
}

/** A smaller piece is not worth a change of media. Bytes. */
const PIECE_LEAST = 1 << 20

interface Held {
  readonly tree: Map<string, Entry>
  room: number
}
type Packed = ReadonlyMap<string, Entry>

/** The largest first, each on the first medium that has room for it. A file that fits on no empty medium is cut where each one ends. */
function pack(
  contents: readonly [string, Bytes][],
  room: { readonly first: number; readonly each: number },
): readonly Packed[] {
  const held: Held[] = [{ tree: new Map(), room: room.first }]
  const add = (medium: Held, path: string, content: Bytes): void => {
    medium.tree.set(path, { kind: 'file', content, change: 'rarely' })
    medium.room -= cost(content.size)
  }
  const next = (): Held => {
    held.push({ tree: new Map(), room: room.each })
    return held.at(-1)!
  }
  const sorted = contents.toSorted(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))
  for (const [path, content] of sorted) {
    if (cost(content.size) <= Math.max(room.each, room.first)) {
      add(held.find(medium => cost(content.size) <= medium.room) ?? next(), path, content)
      continue
    }
    let at = 0
    for (let index = 0; at < content.size; index += 1) {
      const medium = held.find(each => each.room >= cost(PIECE_LEAST)) ?? next()
      const size = Math.min(content.size - at, Math.floor((medium.room - PER_FILE) / SECTOR) * SECTOR)
      add(medium, piecePath(path, index), slice(content, at, at + size))
      at += size
    }
  }
  return held.map(({ tree }) => tree)
}

const cost = (size: number): number => Math.ceil(size / SECTOR) * SECTOR + PER_FILE

/** Says which of the media this is, and where everything else is. */
function setOf(media: readonly Packed[], index: number): Entry {
  const files: Record<string, number[]> = {}
  const pieces = new Map<string, number>()
  for (const [at, tree] of media.entries()) for (const path of tree.keys()) pieces.set(path, at + 1)
  for (const path of pieces.keys()) {
    const [, whole, number] = /^(.*[0-9a-f]{64})\.(\d+)$/.exec(path) ?? []
    if (whole === undefined) files[path] = [pieces.get(path)!]
    else {
      files[whole] ??= []
      files[whole][Number(number) - 1] = pieces.get(path)!
    }
  }
  const content = fromMemory(encodeSet({ formatVersion: 1, number: index + 1, count: media.length, files }))
  return { kind: 'file', content, change: 'often' }
}
