import { randomUUID, verify, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { openSiteClient } from './client.ts'
import { ConnectionError } from './connection.ts'
import { type SignedTime, signedText } from './routes.ts'

/** A chain has hardly ever more. */
const CHAIN_LIMIT = 8

/**
 * The time that a management point says, for which no date of a certificate is needed: it is signed by the key of a certificate that one of
 * the authorities vouches for, and it repeats a number that was made here. Throws {@link ConnectionError}, also for a point that is not to be
 * trusted.
 */
export async function trustedTime(url: string, authorities: readonly string[], signal?: AbortSignal): Promise<Date> {
  const nonce = randomUUID()
  using client = openSiteClient(url, { authorities: [], isUnjudged: true, signal })
  const answer = await client.ask('time', { nonce })
  judge(answer, { nonce, url, authorities })
  return new Date(answer.time)
}

interface Expected {
  readonly nonce: string
  readonly url: string
  readonly authorities: readonly string[]
}

function judge(answer: SignedTime, { nonce, url, authorities }: Expected): void {
  const { host, hostname } = new URL(url)
  const [own, ...between] = answer.certificates.map(each => new X509Certificate(each))
  const name = hostname.replaceAll(/^\[|\]$/g, '')
  if (!own || !leadsTo(authorities, own, between))
    throw new ConnectionError(
      'AUTHORITY_UNTRUSTED',
      `${host} has a certificate of an authority that this medium does not trust; make the medium with the root certificate of its site`,
    )
  if ((isIP(name) ? own.checkIP(name) : own.checkHost(name)) === undefined)
    throw new ConnectionError('NAME_WRONG', `the certificate of ${host} is for other names`)
  const signature = Buffer.from(answer.signature, 'base64')
  if (answer.nonce !== nonce || !verify('sha256', Buffer.from(signedText(answer)), own.publicKey, signature))
    throw new ConnectionError('AUTHORITY_UNTRUSTED', `the time that ${host} says is not signed by it`)
}

function leadsTo(
  authorities: readonly string[],
  certificate: X509Certificate,
  between: readonly X509Certificate[],
): boolean {
  const roots = authorities.map(each => new X509Certificate(each))
  let at = certificate
  for (let count = 0; count < CHAIN_LIMIT; count += 1) {
    const issues = (each: X509Certificate): boolean => each.ca && at.checkIssued(each) && at.verify(each.publicKey)
    if (roots.some(issues)) return true
    const next = between.find(issues)
    if (!next) return false
    at = next
  }
  return false
}
