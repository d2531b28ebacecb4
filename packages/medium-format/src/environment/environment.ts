import * as z from 'zod'
import { CONTENT_KEY_SIZE } from '../content/encrypted.ts'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from '../document/document.ts'
import { VARIABLE_NAME_PATTERN, VARIABLE_VALUE_LIMIT, type Variable, variableKey } from './variables.ts'

/** What the agent needs, and others should not be able to read. */
export interface Environment {
  readonly formatVersion: 1
  /** Absent on media without a site. `dynamic`: the management point may redirect to another one; `site-based`: only one point is contacted. */
  readonly management?: 'dynamic' | 'site-based' | undefined
  /** In order of priority. */
  readonly managementPoints: readonly { readonly url: string; readonly allowHttp: boolean }[]
  /** PEM, one certificate each: the trust anchors for certificates of management points. */
  readonly rootCertificates: readonly string[]
  readonly certificate?: ClientCertificate | undefined
  readonly prestart?: { readonly command: string } | undefined
  readonly variables: Readonly<Record<string, Variable>>
  /** Key of encrypted contents, in base64; absent without them. */
  readonly contentKey?: string | undefined
  /** Task sequence of a standalone medium, as encoded by `@bootwright/task-sequence`. */
  readonly taskSequence?: unknown
}

/** The medium's identity towards management points. */
export interface ClientCertificate {
  /** PEM; the certificate, then the rest of its chain. */
  readonly certificate: string
  /** PKCS#8 in PEM, not encrypted. */
  readonly key: string
}

/** Environments are padded to a multiple of this, in bytes: the size reveals little, and is known before certificates are generated. */
export const ENVIRONMENT_BLOCK = 4096

const pem = (label: string): z.ZodString => z.string().regex(new RegExp(`^-----BEGIN ${label}-----\n`))

const document: DocumentKind<Environment> = {
  name: 'environment',
  invalid: 'ENVIRONMENT_INVALID',
  version: 'ENVIRONMENT_VERSION',
  limit: 4 * 1024 * 1024,
  schema: z.strictObject({
    formatVersion: z.literal(1),
    management: z.enum(['dynamic', 'site-based']).optional(),
    managementPoints: z.array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), allowHttp: z.boolean() })),
    rootCertificates: z.array(pem('CERTIFICATE')),
    certificate: z.strictObject({ certificate: pem('CERTIFICATE'), key: pem('PRIVATE KEY') }).optional(),
    prestart: z.strictObject({ command: z.string().min(1) }).optional(),
    variables: z
      .record(
        z.string().regex(VARIABLE_NAME_PATTERN),
        z.strictObject({ value: z.string().max(VARIABLE_VALUE_LIMIT), isSecret: z.boolean().optional() }),
      )
      .refine(isWithoutTwins, 'two variables differ only in case'),
    contentKey: z
      .base64()
      .refine(text => Buffer.from(text, 'base64').length === CONTENT_KEY_SIZE, `not a key of ${CONTENT_KEY_SIZE} bytes`)
      .optional(),
    taskSequence: z.json().optional(),
  }),
}

/**
 * Canonical JSON, then spaces and a line end up to a multiple of {@link ENVIRONMENT_BLOCK}, `minimumSize` bytes at least. Throws
 * `MediumError` `ENVIRONMENT_INVALID` for values that `decodeEnvironment` would refuse.
 */
export function encodeEnvironment(environment: Environment, minimumSize = 0): Uint8Array {
  const text = new TextEncoder().encode(encodeDocument(document, environment))
  const size = Math.max(text.length + 1, minimumSize)
  const padded = new Uint8Array(Math.ceil(size / ENVIRONMENT_BLOCK) * ENVIRONMENT_BLOCK).fill(0x20)
  padded.set(text)
  padded[padded.length - 1] = 0x0a
  return withinLimit(document, padded)
}

/** Strict: throws `MediumError` `ENVIRONMENT_INVALID` (an unknown key too) or `ENVIRONMENT_VERSION`; never quotes a value. */
export function decodeEnvironment(data: Uint8Array): Environment {
  return decodeDocument(document, data)
}

function isWithoutTwins(variables: object): boolean {
  const names = Object.keys(variables)
  return new Set(names.map(variableKey)).size === names.length
}
