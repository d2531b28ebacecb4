import { randomUUID, verify, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { ConnectionError, type ConnectionOptions } from '../connection/connection.ts'
import { issuerOf } from '../connection/issuer-of.ts'
import { type SignedTime, signedText } from '../routes/medium-routes.ts'
import { openSiteClient } from './site-client.ts'

/**
 * Requests the time of a management point without relying on validity periods, which require a correct clock: the response is signed by a key
 * whose certificate chains to one of the authorities, and repeats a nonce. Throws {@link ConnectionError}, also when the point is not trusted.
 */
export async function trustedTime(
  url: string,
  { authorities, signal, proxy }: Pick<ConnectionOptions, 'authorities' | 'signal' | 'proxy'>,
): Promise<Date> {
  const nonce = randomUUID()
  using client = openSiteClient(url, { authorities: [], isUnverified: true, signal, proxy })
  const response = await client.request('time', { nonce })
  verifyTime(response, { nonce, url, authorities })
  return new Date(response.time)
}

interface Expected {
  readonly nonce: string
  readonly url: string
  readonly authorities: readonly string[]
}

function verifyTime(response: SignedTime, { nonce, url, authorities }: Expected): void {
  const { host, hostname } = new URL(url)
  const [own, ...intermediates] = response.certificates.map(each => new X509Certificate(each))
  const name = hostname.replaceAll(/^\[|\]$/g, '')
  if (!own || !issuerOf(own, { roots: authorities.map(each => new X509Certificate(each)), intermediates }))
    throw new ConnectionError(
      'AUTHORITY_UNTRUSTED',
      `the certificate of ${host} was issued by an authority that this medium does not trust; rebuild the medium with the root certificate of its site`,
    )
  if ((isIP(name) ? own.checkIP(name) : own.checkHost(name)) === undefined)
    throw new ConnectionError('NAME_WRONG', `the certificate of ${host} is for other host names`)
  const signature = Buffer.from(response.signature, 'base64')
  if (response.nonce !== nonce || !verify('sha256', Buffer.from(signedText(response)), own.publicKey, signature))
    throw new ConnectionError('AUTHORITY_UNTRUSTED', `the signature of the time from ${host} is invalid`)
}
