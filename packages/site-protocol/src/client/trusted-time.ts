import { randomUUID, verify, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { ConnectionError, type ConnectionOptions } from '../connection/connection.ts'
import { issuerOf } from '../connection/issuer-of.ts'
import { type SignedTime, signedText } from '../routes/medium-routes.ts'
import { openSiteClient } from './site-client.ts'

/**
 * The time that a management point says, for which no date of a certificate is needed: it is signed by the key of a certificate that one of
 * the authorities vouches for, and it repeats a number that was made here. Throws {@link ConnectionError}, also for a point that is not to be
 * trusted.
 */
export async function trustedTime(
  url: string,
  { authorities, signal, proxy }: Pick<ConnectionOptions, 'authorities' | 'signal' | 'proxy'>,
): Promise<Date> {
  const nonce = randomUUID()
  using client = openSiteClient(url, { authorities: [], isUnjudged: true, signal, proxy })
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
  if (!own || !issuerOf(own, { roots: authorities.map(each => new X509Certificate(each)), between }))
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
