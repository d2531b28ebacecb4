import { broken } from '../errors.ts'
import { TYPE_FILE, TYPE_FOLDER, TYPE_LINK, TYPE_MASK } from '../structures/rock-ridge.ts'
import { COMPONENT_CURRENT, COMPONENT_PARENT, COMPONENT_ROOT, CONTINUES } from '../structures/susp.ts'
import { decodeText } from './read-names.ts'
import { type SystemUseField, tooShort } from './read-system-use.ts'

/** What Rock Ridge says about one record. */
export interface Attributes {
  readonly name: string | undefined
  readonly mode: number | undefined
  readonly kind: 'file' | 'folder' | 'link' | 'special' | undefined
  readonly target: string | undefined
  /** The directory stands elsewhere, at this block, to keep the hierarchy flat (RRIP 4.1.5.1). */
  readonly relocatedTo: number | undefined
  /** It is such a directory that stands elsewhere (RRIP 4.1.5.3). */
  readonly isRelocated: boolean
  /** The content is kept in the form of zisofs, an extension that Linux and libisofs know. */
  readonly isCompressed: boolean
}

const SP_MAGIC = 0xbeef

/** SUSP 5.3: how many bytes to skip in each system use field; nothing when the volume has no SUSP. */
export function skippedBytes(rootSystemUse: Buffer): number | undefined {
  // SP stands first, but for CD-ROM XA, whose 14 bytes come before it.
  for (const start of [0, 14]) {
    const isSp = rootSystemUse.toString('latin1', start, start + 2) === 'SP' && rootSystemUse.length >= start + 7
    if (isSp && rootSystemUse.readUInt16BE(start + 4) === SP_MAGIC) return rootSystemUse[start + 6]
  }
  return undefined
}

/** Throws {@link IsoError} `SYSTEM_USE`. */
export function attributesOf(fields: readonly SystemUseField[]): Attributes {
  const find = (signature: string, size: number): SystemUseField | undefined => {
    const field = fields.find(each => each.signature === signature)
    if (field && field.data.length < size) throw tooShort(field, size)
    return field
  }
  const mode = find('PX', 16)?.data.readUInt32LE(0)
  return {
    name: nameOf(fields),
    mode: mode === undefined ? undefined : mode & ~TYPE_MASK & 0o7777,
    kind: mode === undefined ? undefined : kindOf(mode),
    target: targetOf(fields),
    relocatedTo: find('CL', 8)?.data.readUInt32LE(0),
    isRelocated: find('RE', 0) !== undefined,
    isCompressed: find('ZF', 0) !== undefined,
  }
}

function kindOf(mode: number): Attributes['kind'] {
  const type = mode & TYPE_MASK
  return type === TYPE_FILE ? 'file' : type === TYPE_FOLDER ? 'folder' : type === TYPE_LINK ? 'link' : 'special'
}

function nameOf(fields: readonly SystemUseField[]): string | undefined {
  const pieces: Buffer[] = []
  for (const field of fields) {
    if (field.signature !== 'NM') continue
    if (field.data.length < 1) throw tooShort(field, 1)
    pieces.push(field.data.subarray(1))
    if (!(field.data[0]! & CONTINUES)) break
  }
  return pieces.length > 0 ? decodeText(Buffer.concat(pieces)) : undefined
}

function targetOf(fields: readonly SystemUseField[]): string | undefined {
  const links = fields.filter(field => field.signature === 'SL')
  if (links.length === 0) return undefined
  const parts: Buffer[] = []
  let separator = ''
  for (const field of links) {
    if (field.data.length < 1) throw tooShort(field, 1)
    for (let position = 1; position < field.data.length; ) {
      const [flags, length] = [field.data[position]!, field.data[position + 1] ?? Number.POSITIVE_INFINITY]
      const end = position + 2 + length
      if (end > field.data.length)
        throw broken(
          'SYSTEM_USE',
          'component in the system use field SL',
          field.offset,
          'it goes on past the end of its field',
        )
      parts.push(Buffer.from(separator), componentText(flags, field.data.subarray(position + 2, end)))
      separator = flags & (CONTINUES | COMPONENT_ROOT) ? '' : '/'
      position = end
    }
  }
  return decodeText(Buffer.concat(parts))
}

function componentText(flags: number, text: Buffer): Buffer {
  if (flags & COMPONENT_ROOT) return Buffer.from('/')
  if (flags & COMPONENT_CURRENT) return Buffer.from('.')
  return flags & COMPONENT_PARENT ? Buffer.from('..') : text
}
