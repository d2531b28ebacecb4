import { X509Certificate } from 'node:crypto'
import { type KnownMedium, type RegisteredMedium, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Reads the media that were registered, again and again: what their certificates say is remembered. */
export function mediaReader(database: Database): () => Promise<readonly KnownMedium[]> {
  let known = new Map<string, KnownMedium>()
  return async () => {
    const rows = await database.selectFrom('media').selectAll().orderBy('id').execute()
    const read = rows.map(row => {
      const key = `${row.blocked} ${row.document}`
      return [key, known.get(key) ?? shown(row)] as const
    })
    known = new Map(read)
    return [...known.values()]
  }
}

/** Throws `NOT_FOUND`. */
export async function knownMedium(database: Database, id: string): Promise<KnownMedium> {
  const row = await database.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return shown(row)
  throw new SiteError('NOT_FOUND', `no medium ${id} was registered here`)
}

function shown({ document, blocked }: { readonly document: string; readonly blocked: string | null }): KnownMedium {
  const medium: RegisteredMedium = JSON.parse(document)
  const { validFromDate, validToDate } = new X509Certificate(medium.certificate)
  return {
    ...medium,
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    ...(blocked !== null && { blocked }),
  }
}

export function fingerprintOf({ certificate }: RegisteredMedium): string {
  try {
    return new X509Certificate(certificate).fingerprint256
  } catch {
    throw new SiteError('REQUEST_INVALID', 'the certificate of the medium cannot be read; expected PEM')
  }
}
