import { readFile } from 'node:fs/promises'
import type { BuildContext } from '@bootwright/api'
import { readPemCertificates } from '@bootwright/medium-format/certificates'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { ConnectionError, trustedTime } from '@bootwright/site-protocol'

/** How long a point may take. Milliseconds. */
const PATIENCE = 10_000

/**
 * Asks the management points of a medium for themselves: one whose certificate the medium could not trust is refused now, and not where the
 * medium is started. One that cannot be reached from here may well be reached from there.
 */
export async function checkPoints({ medium, site, log, signal }: BuildContext<MediaOptions>): Promise<void> {
  if (medium.options.management === undefined) return
  const texts = await Promise.all((site.rootCertificates ?? []).map(file => readFile(file, 'utf8')))
  const authorities = texts.flatMap(readPemCertificates).map(String)
  const untrusted: string[] = []
  for (const { url } of medium.options.managementPoints ?? site.managementPoints ?? []) {
    if (!url.startsWith('https:')) continue
    try {
      await trustedTime(url, { authorities, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConnectionError && error.code !== 'UNREACHABLE') untrusted.push(error.message)
      else log.warn(`${url} cannot be asked from here whether the medium will trust it`)
    }
  }
  if (untrusted.length > 0) throw new Error(`media made like this would be of no use: ${untrusted.join('; ')}`)
}
