import { writeBoth32 } from './fields.ts'

/** SUSP 1.12 4.1: two letters, length, version, then what the letters say. */
const HEADER_SIZE = 4
const VERSION = 1
const FIELD_LIMIT = 255
export const CE_SIZE = 28
/** Bit 0 of NM and SL fields, and of the components in SL: what is begun here goes on in the next one. */
export const CONTINUES = 0x01

function field(signature: string, size: number): Buffer {
  const into = Buffer.alloc(size)
  into.write(signature, 0, 'latin1')
  into[2] = size
  into[3] = VERSION
  return into
}

/** SUSP 5.3: the first field of the root; system use fields start at byte 0 of their room. */
export function encodeSp(): Buffer {
  const into = field('SP', 7)
  into.set([0xbe, 0xef, 0], HEADER_SIZE)
  return into
}

/** SUSP 5.1: the fields go on at `offset` in `block`, for `size` bytes. */
export function encodeCe(block: number, offset: number, size: number): Buffer {
  const into = field('CE', CE_SIZE)
  writeBoth32(into, 4, block)
  writeBoth32(into, 12, offset)
  writeBoth32(into, 20, size)
  return into
}

/** SUSP 5.5, with the texts that RRIP 4.3 asks for. */
export function encodeEr(): Buffer {
  const texts = [
    'RRIP_1991A',
    'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
    'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.',
  ]
  const joined = texts.join('')
  const into = field('ER', HEADER_SIZE + 4 + joined.length)
  into.set([...texts.map(text => text.length), VERSION], HEADER_SIZE)
  into.write(joined, HEADER_SIZE + 4, 'latin1')
  return into
}

/** RRIP 1.10 4.1.1: mode with the type of file, number of links, owner and group, both of them root. */
export function encodePx(mode: number, links: number): Buffer {
  const into = field('PX', 36)
  writeBoth32(into, 4, mode)
  writeBoth32(into, 12, links)
  return into
}

/** RRIP 4.1.6: times of modification, access and change of attributes, in the short form. */
export function encodeTf(date: Uint8Array): Buffer {
  const into = field('TF', 26)
  into[4] = 0x0e
  for (const offset of [5, 12, 19]) into.set(date, offset)
  return into
}

/** RRIP 4.1.4: a name of up to 250 bytes takes one field, a longer one two. */
export function encodeNm(name: Uint8Array): Buffer[] {
  const pieceLimit = FIELD_LIMIT - HEADER_SIZE - 1
  const fields: Buffer[] = []
  for (let start = 0; start < name.length; start += pieceLimit) {
    const piece = name.subarray(start, start + pieceLimit)
    const into = field('NM', HEADER_SIZE + 1 + piece.length)
    into[4] = start + piece.length < name.length ? CONTINUES : 0
    into.set(piece, HEADER_SIZE + 1)
    fields.push(into)
  }
  return fields
}

const COMPONENT_HEADER_SIZE = 2
export const COMPONENT_CURRENT = 0x02
export const COMPONENT_PARENT = 0x04
export const COMPONENT_ROOT = 0x08

/** RRIP 4.1.3: the target of a link as its components, in as many fields as they need. */
export function encodeSl(target: string): Buffer[] {
  const pieceLimit = FIELD_LIMIT - HEADER_SIZE - 1 - COMPONENT_HEADER_SIZE
  const groups: Buffer[][] = [[]]
  let room = FIELD_LIMIT - HEADER_SIZE - 1
  for (const component of componentsOf(target)) {
    const text = Buffer.from(component.text)
    let start = 0
    do {
      const piece = text.subarray(start, start + pieceLimit)
      start += pieceLimit
      const size = COMPONENT_HEADER_SIZE + piece.length
      if (size > room) {
        groups.push([])
        room = FIELD_LIMIT - HEADER_SIZE - 1
      }
      room -= size
      const flags = start < text.length ? component.flags | CONTINUES : component.flags
      groups.at(-1)!.push(Buffer.concat([Uint8Array.of(flags, piece.length), piece]))
    } while (start < text.length)
  }
  return groups.map((components, index) => {
    const content = Buffer.concat(components)
    const into = field('SL', HEADER_SIZE + 1 + content.length)
    into[4] = index < groups.length - 1 ? CONTINUES : 0
    into.set(content, HEADER_SIZE + 1)
    return into
  })
}

function componentsOf(target: string): { flags: number; text: string }[] {
  if (target === '') return []
  const parts = (target.startsWith('/') ? target.slice(1) : target).split('/')
  const root = target.startsWith('/') ? [{ flags: COMPONENT_ROOT, text: '' }] : []
  if (target === '/') return root
  return [
    ...root,
    ...parts.map(part => {
      if (part === '.') return { flags: COMPONENT_CURRENT, text: '' }
      if (part === '..') return { flags: COMPONENT_PARENT, text: '' }
      return { flags: 0, text: part }
    }),
  ]
}
