import { randomUUID, verify, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { ConnectionError, openSiteClient, type SignedTime, signedText } from '@bootwright/site-protocol'
import type { Target } from '../target.ts'

/** A clock that is less wrong than this is left alone. Milliseconds. */
const TOLERANCE = 60_000
const CHAIN_LIMIT = 8

/**
 * Sets the clock from a management point, which no date of a certificate is needed for: the answer is signed by the key of a certificate that
 * one of the authorities vouches for, and it repeats a number that was made here. Throws `ConnectionError`.
 */
export async function setClockFrom(
  { clock, system, report }: Pick<Target, 'clock' | 'system' | 'report'>,
  url: string,
  authorities: readonly string[],
): Promise<void> {
  const nonce = randomUUID()
  using client = openSiteClient(url, { authorities: [], isUnjudged: true })
  const answer = await client.ask('time', { nonce })
  judge(answer, nonce, url, authorities)
  const time = new Date(answer.time)
  if (Math.abs(time.getTime() - clock.now().getTime()) < TOLERANCE) return
  report.tell('info', 'clockSet', { time: answer.time })
  await system.setClock(time)
}

function judge(answer: SignedTime, nonce: string, url: string, authorities: readonly string[]): void {
  const { host, hostname } = new URL(url)
  const chain = answer.certificates.map(each => new X509Certificate(each))
  const [own] = chain
  const name = hostname.replaceAll(/^\[|\]$/g, '')
  if (!own || !leadsTo(authorities, own, chain.slice(1)))
    throw new ConnectionError(
      'AUTHORITY_UNTRUSTED',
      `${host} has a certificate of an authority that this medium does not trust; make the medium with the root certificate of its site`,
    )
  if ((isIP(name) ? own.checkIP(name) : own.checkHost(name)) === undefined)
    throw new ConnectionError('NAME_WRONG', `the certificate of ${host} is for other names`)
  const isSigned = verify(
    'sha256',
    Buffer.from(signedText(answer)),
    own.publicKey,
    Buffer.from(answer.signature, 'base64'),
  )
  if (answer.nonce !== nonce || !isSigned)
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
