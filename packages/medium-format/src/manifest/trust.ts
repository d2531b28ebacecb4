import * as z from 'zod'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from '../document/document.ts'

/** What a boot image trusts: the agent verifies its medium against it. */
export interface Trust {
  readonly formatVersion: 1
  /** PEM: signers of media, or authorities above them. */
  readonly certificates: readonly string[]
  /** Whether a medium without a signature runs. A medium with an invalid signature never runs. */
  readonly unsigned: 'run' | 'refuse'
}

/** In the boot image's own file system, not on the medium: whatever authenticates the boot image authenticates this file. */
export const TRUST_PATH = 'etc/bootwright/trust.json'

const document: DocumentKind<Trust> = {
  name: 'trust of the boot image',
  invalid: 'TRUST_INVALID',
  version: 'TRUST_VERSION',
  limit: 1 << 20,
  schema: z.strictObject({
    formatVersion: z.literal(1),
    certificates: z.array(z.string().min(1)),
    unsigned: z.enum(['run', 'refuse']),
  }),
}

/** Canonical JSON with a line end. */
export function encodeTrust(trust: Trust): Uint8Array {
  return withinLimit(document, new TextEncoder().encode(`${encodeDocument(document, trust)}\n`))
}

/** Strict: throws `MediumError` `TRUST_INVALID` or `TRUST_VERSION`. */
export function decodeTrust(data: Uint8Array): Trust {
  return decodeDocument(document, data)
}
