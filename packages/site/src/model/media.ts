import { X509Certificate } from 'node:crypto'
import { type KnownMedium, type RegisteredMedium, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Returns a function that lists the registered media; parsed certificates are cached between calls. */
export function mediaReader(database: Database): () => Promise<readonly KnownMedium[]> {
  let cache = new Map<string, KnownMedium>()
  return async () => {
    const rows = await database.selectFrom('media').selectAll().orderBy('id').execute()
    const read = rows.map(row => {
      const key = `${row.blocked} ${row.document}`
      return [key, cache.get(key) ?? describe(row)] as const
    })
    cache = new Map(read)
    return [...cache.values()]
  }
}

/** Reads one registered medium. Throws `NOT_FOUND`. */
export async function knownMedium(database: Database, id: string): Promise<KnownMedium> {
  const row = await database.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return describe(row)
  throw new SiteError('NOT_FOUND', `medium ${id} is not registered at this site`)
}

function describe({ document, blocked }: { readonly document: string; readonly blocked: string | null }): KnownMedium {
  const medium: RegisteredMedium = JSON.parse(document)
  const { validFromDate, validToDate } = new X509Certificate(medium.certificate)
  return {
    ...medium,
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    ...(blocked !== null && { blocked }),
  }
}

/** SHA-256 fingerprint of a medium's certificate. Throws `REQUEST_INVALID`. */
export function fingerprintOf({ certificate }: RegisteredMedium): string {
  try {
    return new X509Certificate(certificate).fingerprint256
  } catch {
    throw new SiteError('REQUEST_INVALID', 'the certificate of the medium cannot be read; expected PEM')
  }
}
