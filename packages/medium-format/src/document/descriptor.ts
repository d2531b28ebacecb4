import * as z from 'zod'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from './document.ts'

/** The description of a medium, readable without a password. */
export interface Descriptor {
  readonly formatVersion: 1
  /** UUID; the boot loader passes it to the agent, which searches for the medium with this id. */
  readonly id: string
  /** `bootable`, `prestaged`, … */
  readonly type: string
  readonly label: string
  /** ISO 8601, UTC, whole seconds: `2026-03-01T12:00:00Z`. */
  readonly date: string
  readonly architecture: 'x64' | 'arm64'
  /** Whether the environment is sealed. */
  readonly passwordRequired: boolean
  readonly unattended: boolean
  readonly language: 'en' | 'fr'
  /** Name of a console keyboard map: `us`, `fr`. */
  readonly keyboard: string
  readonly debugShell: boolean
  /** Start (inclusive) and end (exclusive) of the time in which the medium runs, in the form of `date`. */
  readonly validFrom?: string | undefined
  readonly validTo?: string | undefined
}

/** Name of a console keyboard map: it becomes part of a file name on the computer. */
export const KEYBOARD_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Maximum number of characters in a label. */
export const LABEL_LIMIT = 255
/** Shown before any password is entered: control characters could forge the display of a terminal. */
const line = z.string().regex(new RegExp(`^\\P{Cc}{1,${LABEL_LIMIT}}$`, 'u'))

const time = z.iso.datetime({ precision: 0 })

const document: DocumentKind<Descriptor> = {
  name: 'descriptor',
  invalid: 'DESCRIPTOR_INVALID',
  version: 'DESCRIPTOR_VERSION',
  limit: 65_536,
  schema: z.strictObject({
    formatVersion: z.literal(1),
    id: z.guid(),
    type: line,
    label: line,
    date: time,
    architecture: z.enum(['x64', 'arm64']),
    passwordRequired: z.boolean(),
    unattended: z.boolean(),
    language: z.enum(['en', 'fr']),
    keyboard: z.string().regex(KEYBOARD_PATTERN),
    debugShell: z.boolean(),
    validFrom: time.optional(),
    validTo: time.optional(),
  }),
}

/** Canonical JSON with a line end. Throws `MediumError` `DESCRIPTOR_INVALID` for values that `decodeDescriptor` would refuse. */
export function encodeDescriptor(descriptor: Descriptor): Uint8Array {
  return withinLimit(document, new TextEncoder().encode(`${encodeDocument(document, descriptor)}\n`))
}

/** Strict: throws `MediumError` `DESCRIPTOR_INVALID` (an unknown key too) or `DESCRIPTOR_VERSION`. */
export function decodeDescriptor(data: Uint8Array): Descriptor {
  return decodeDocument(document, data)
}

/** ISO 8601, UTC, whole seconds, as in descriptors. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
