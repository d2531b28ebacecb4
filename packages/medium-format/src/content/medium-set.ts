import * as z from 'zod'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from '../document/document.ts'

/** On each medium of a set. It is not signed, because it differs between them: what it refers to is verified by digest. */
export const SET_PATH = 'bootwright/set.json'
/** In bytes: enough for half a million files. */
export const SET_LIMIT: number = 64 << 20

/** Contents that span several media, all with the same descriptor. */
export interface MediumSet {
  readonly formatVersion: 1
  /** Number of this medium, from 1. */
  readonly number: number
  readonly count: number
  /** Numbers of the media that contain a file, by path: one number, or for a split file one for each piece, in order. */
  readonly files: Readonly<Record<string, readonly number[]>>
}

/** Path of a piece of a split file, `index` from 0. */
export const piecePath = (path: string, index: number): string => `${path}.${index + 1}`

const number = z.int().min(1).max(10_000)
const document: DocumentKind<MediumSet> = {
  name: 'description of the set',
  invalid: 'SET_INVALID',
  version: 'SET_VERSION',
  limit: SET_LIMIT,
  schema: z.strictObject({
    formatVersion: z.literal(1),
    number,
    count: number,
    files: z.record(z.string().min(1).max(4096), z.array(number).min(1)),
  }),
}

export const encodeSet = (set: MediumSet): Uint8Array =>
  withinLimit(document, new TextEncoder().encode(`${encodeDocument(document, set)}\n`))

/** Throws `MediumError` `SET_INVALID` or `SET_VERSION`. */
export const decodeSet = (data: Uint8Array): MediumSet => decodeDocument(document, data)
