import { withoutInlineSecrets } from '@bootwright/diagnostics'
import { canonicalJson, sha256 } from '../content/canonical.ts'

/**
 * The id of a medium: a UUID of version 8 (RFC 9562 5.8, application-specific) from the SHA-256 of its definition, so that it is the same on
 * every machine. Targets, serial and values of secrets do not affect it.
 */
export function mediumId(name: string, medium: Readonly<Record<string, unknown>>, site: unknown): string {
  const { targets: _, serial: __, ...rest } = medium
  const digest = Buffer.from(sha256(canonicalJson(withoutInlineSecrets({ name, medium: rest, site }))), 'hex')
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6)
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = digest.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
