import type { z } from 'zod'
import { MediumError, type MediumErrorCode } from './medium-error.ts'

const FORMAT_VERSION = 1

/** One of the JSON documents of a medium. */
export interface DocumentKind<T> {
  /** For messages: `descriptor`. */
  readonly name: string
  readonly schema: z.ZodType<T>
  /** Largest accepted size in bytes, so that a hostile medium cannot fill the memory. */
  readonly limit: number
  readonly invalid: MediumErrorCode
  readonly version: MediumErrorCode
}

/** Canonical JSON: keys sorted by UTF-16 code units, indented by two spaces. Without a line end. */
export function encodeDocument<T>(kind: DocumentKind<T>, value: T): string {
  return JSON.stringify(sorted(validate(kind, value)), null, 2)
}

/** Returns `data`. Throws {@link MediumError} if it is larger than `decodeDocument` accepts. */
export function withinLimit<T>(kind: DocumentKind<T>, data: Uint8Array): Uint8Array {
  if (data.length <= kind.limit) return data
  throw new MediumError(
    kind.invalid,
    `the ${kind.name} is too large: ${data.length} bytes, at most ${kind.limit} are accepted; reduce its content`,
  )
}

/** Throws {@link MediumError} for data that is too large, not UTF-8, not JSON, of another version, or invalid by the schema. */
export function decodeDocument<T>(kind: DocumentKind<T>, data: Uint8Array): T {
  const accepted = withinLimit(kind, data)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(accepted))
  } catch {
    throw new MediumError(kind.invalid, `the ${kind.name} is not valid JSON in UTF-8; rebuild the medium`)
  }
  return validate(kind, value)
}

function validate<T>(kind: DocumentKind<T>, value: unknown): T {
  const version = typeof value === 'object' && value !== null && 'formatVersion' in value && value.formatVersion
  if (typeof version === 'number' && version !== FORMAT_VERSION)
    throw new MediumError(
      kind.version,
      `the ${kind.name} has format version ${version}, but this program reads version ${FORMAT_VERSION}; use the version of Bootwright that built the medium`,
      'formatVersion',
    )
  const result = kind.schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  const where = path.join('.')
  throw new MediumError(kind.invalid, `the ${kind.name} is not valid${where && ` at ${where}`}: ${message}`, where)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
