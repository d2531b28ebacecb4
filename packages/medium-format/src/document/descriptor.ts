import * as z from 'zod'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from './document.ts'

/** What a medium says of itself in clear, before any password. */
export interface Descriptor {
  readonly formatVersion: 1
  /** UUID; the boot loader hands the same one to the agent, which looks for it. */
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
  /** The medium does not run before, or from then on. As `date`. */
  readonly validFrom?: string | undefined
  readonly validTo?: string | undefined
}

/** Name of a console keyboard map: it becomes part of a file name on the target. */
export const KEYBOARD_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Characters of a label, so that it can be shown on one line of a screen. */
export const LABEL_LIMIT = 255
/** People see it before any password: no control characters, which could forge what a terminal shows. */
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

/** Canonical JSON with a line end. Throws `MediumError` `DESCRIPTOR_INVALID` for what `decodeDescriptor` would refuse. */
export function encodeDescriptor(descriptor: Descriptor): Uint8Array {
  return withinLimit(document, new TextEncoder().encode(`${encodeDocument(document, descriptor)}\n`))
}

/** Strict: throws `MediumError` `DESCRIPTOR_INVALID` (an unknown key too) or `DESCRIPTOR_VERSION`. */
export function decodeDescriptor(data: Uint8Array): Descriptor {
  return decodeDocument(document, data)
}

/** A time as descriptors write it. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
