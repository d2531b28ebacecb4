import { createHash, verify, type X509Certificate } from 'node:crypto'
import { IssuerAndSerialNumber } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import { DIGESTS, ECDSA_WITH, RSA_ENCRYPTION, RSA_WITH } from './identifiers.ts'
import { type ReadSignedData, type ReadSigner, readSignedData } from './read.ts'
import { subjectOf } from './subject.ts'

export interface VerifyOptions {
  /** What was signed. */
  readonly content: Uint8Array
  /** A signer is trusted when it is one of these, or when its chain leads to one. */
  readonly trusted: readonly X509Certificate[]
  /** When every certificate of the chain must be valid; at any time by default, for computers without a clock. */
  readonly at?: Date | undefined
}

export interface SignerProblem {
  readonly code: 'ALGORITHM' | 'NO_CERTIFICATE' | 'DIGEST' | 'SIGNATURE' | 'UNTRUSTED' | 'NOT_YET_VALID' | 'EXPIRED'
  readonly message: string
}

export interface VerifiedSigner {
  /** For people, on one line; empty when there is no certificate. */
  readonly subject: string
  /** The signer's own first, up to one that is trusted. */
  readonly chain: readonly X509Certificate[]
  /** Why the signature does not hold; nothing when it does. */
  readonly problem?: SignerProblem | undefined
}

/** Verifies every signer of a detached signature. Throws `CmsError` for a message that is not signed data. */
export function verifySignedData(der: Uint8Array, options: VerifyOptions): readonly VerifiedSigner[] {
  const message = readSignedData(der)
  return message.signers.map(signer => verifySigner(message, signer, options))
}

function verifySigner(
  message: ReadSignedData,
  signer: ReadSigner,
  { content, trusted, at }: VerifyOptions,
): VerifiedSigner {
  const leaf = message.certificates.find(certificate => isOf(certificate, signer))
  const subject = leaf ? subjectOf(leaf) : ''
  const fail = (code: SignerProblem['code'], message: string, chain: readonly X509Certificate[] = []) => ({
    subject,
    chain,
    problem: { code, message },
  })
  const algorithm = DIGESTS[signer.digestAlgorithm]
  if (!algorithm) return fail('ALGORITHM', `the digest ${signer.digestAlgorithm} is not accepted; expected SHA-256`)
  if (!leaf) return fail('NO_CERTIFICATE', 'the certificate of the signer is not in the signature')
  const { signedAttributes, messageDigest, contentType } = signer
  if (signedAttributes) {
    const digest = createHash(algorithm).update(content).digest()
    if (contentType !== message.contentType || !messageDigest || !digest.equals(messageDigest))
      return fail('DIGEST', `${subject} signed another content`)
  }
  try {
    if (!isAlgorithmOf(leaf, signer.signatureAlgorithm, algorithm))
      return fail(
        'ALGORITHM',
        `the signature algorithm ${signer.signatureAlgorithm} is not one for ${algorithm} by the key of ${subject}`,
      )
    if (!verify(algorithm, signedAttributes ?? content, leaf.publicKey, signer.signature))
      return fail('SIGNATURE', `the signature is not one by the key of ${subject}`)
  } catch {
    return fail('ALGORITHM', `the key of ${subject} is of a kind that is not accepted; expected RSA or ECDSA`)
  }
  const chain = chainOf(leaf, message.certificates, trusted)
  if (!chain)
    return fail('UNTRUSTED', `${subject} is not trusted: no certificate above it is one of the trusted ones`, [leaf])
  for (const certificate of at ? chain : []) {
    const { validFromDate, validToDate } = certificate
    if (at! < validFromDate)
      return fail('NOT_YET_VALID', `${subjectOf(certificate)} is valid from ${validFromDate.toISOString()} on`, chain)
    if (at! > validToDate)
      return fail('EXPIRED', `${subjectOf(certificate)} expired on ${validToDate.toISOString()}`, chain)
  }
  return { subject, chain }
}

/** From the leaf up to the first that is trusted. Each step is one certificate higher, so no chain is longer than there are certificates. */
function chainOf(
  leaf: X509Certificate,
  embedded: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): readonly X509Certificate[] | undefined {
  const isTrusted = (certificate: X509Certificate): boolean =>
    trusted.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256)
  const isIssuer = (of: X509Certificate, candidate: X509Certificate): boolean => {
    try {
      return candidate.ca && of.checkIssued(candidate) && of.verify(candidate.publicKey)
    } catch {
      // A key that cannot be read has issued nothing.
      return false
    }
  }
  const chain = [leaf]
  for (let last = leaf; !isTrusted(last); ) {
    const above = trusted.find(each => isIssuer(last, each)) ?? embedded.find(each => isIssuer(last, each))
    if (!above || chain.includes(above)) return undefined
    chain.push(above)
    last = above
  }
  return chain
}

/** The key alone (RFC 3370 3.2), or key and digest in one (RFC 5754 3.2 and 3.3). */
function isAlgorithmOf({ publicKey }: X509Certificate, algorithm: string, digest: keyof typeof ECDSA_WITH): boolean {
  return publicKey.asymmetricKeyType === 'rsa'
    ? algorithm === RSA_ENCRYPTION || algorithm === RSA_WITH[digest]
    : algorithm === ECDSA_WITH[digest]
}

function isOf(certificate: X509Certificate, { issuerAndSerial, keyIdentifier }: ReadSigner): boolean {
  const { tbsCertificate } = AsnConvert.parse(certificate.raw, Certificate)
  if (issuerAndSerial === undefined)
    return (
      keyIdentifier !== undefined &&
      (tbsCertificate.extensions ?? []).some(
        ({ extnID, extnValue }) =>
          extnID === '2.5.29.14' && Buffer.from(extnValue.buffer).toString('hex').endsWith(keyIdentifier),
      )
    )
  const { issuer, serialNumber } = tbsCertificate
  const own = AsnConvert.serialize(new IssuerAndSerialNumber({ issuer, serialNumber }))
  return Buffer.from(own).toString('hex') === issuerAndSerial
}
