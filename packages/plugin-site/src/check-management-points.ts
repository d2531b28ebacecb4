import { readFile } from 'node:fs/promises'
import type { BuildContext } from '@bootwright/api'
import { readPemCertificates } from '@bootwright/medium-format/certificates'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { ConnectionError, trustedTime } from '@bootwright/site-protocol'

/** Milliseconds that a point may take to respond. */
const RESPONSE_TIMEOUT = 10_000

/**
 * Fails the build when the medium would not trust the certificate of one of its management points. A point that cannot be reached is only a warning:
 * it may be reachable from where the medium is started.
 */
export async function checkManagementPoints({ medium, site, log, signal }: BuildContext<MediaOptions>): Promise<void> {
  if (medium.options.management === undefined) return
  const texts = await Promise.all((site.rootCertificates ?? []).map(file => readFile(file, 'utf8')))
  const authorities = texts.flatMap(readPemCertificates).map(String)
  const untrusted: string[] = []
  for (const { url } of medium.options.managementPoints ?? site.managementPoints ?? []) {
    if (!url.startsWith('https:')) continue
    try {
      await trustedTime(url, { authorities, signal: AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT)]) })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConnectionError && error.code !== 'UNREACHABLE') untrusted.push(error.message)
      else log.warn(`${url} cannot be reached from this computer; whether the medium will trust it was not checked`)
    }
  }
  if (untrusted.length > 0) throw new Error(`the medium could not contact its site: ${untrusted.join('; ')}`)
}
