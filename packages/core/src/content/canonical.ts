import { createHash } from 'node:crypto'
import { ContentError } from './content-error.ts'

/** Limit of nesting: far more than inputs need, far less than would exhaust the stack. */
const DEEPEST = 200

/**
 * JSON with sorted keys and without spaces: equal values give equal text. `undefined` members are left out. Throws {@link ContentError} for
 * values that JSON cannot represent (a `Map`, a secret, bytes): different values would give the same text.
 */
export const canonicalJson = (value: unknown): string => text(value, [])

function text(value: unknown, path: readonly (string | number)[]): string {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return JSON.stringify(value)
  if (path.length <= DEEPEST) {
    if (Array.isArray(value)) return `[${value.map((item, index) => text(item, [...path, index])).join()}]`
    if (isPlainObject(value)) {
      const members = Object.entries(value).filter(([, member]) => member !== undefined)
      const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1))
      return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${text(member, [...path, key])}`).join()}}`
    }
  }
  const place = path.slice(0, 8).join('.') || 'the value'
  const found = path.length > DEEPEST ? 'nested too deep' : nameOf(value)
  throw new ContentError('NOT_PLAIN_JSON', place, `${place} is ${found}; expected plain JSON`)
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value ? `a ${value.constructor?.name ?? 'special object'}` : `a ${typeof value}`

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
