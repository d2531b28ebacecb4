import { X509Certificate } from 'node:crypto'
import { ContentInfo, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { encodeAttributes, encodeSignedData } from './encode.ts'
import { CmsError } from './error.ts'
import { CONTENT_TYPE, ID_DATA, ID_SIGNED_DATA, MESSAGE_DIGEST } from './identifiers.ts'

/** Bytes: far more than a few signers with their chains need. */
const MESSAGE_LIMIT = 1 << 20
const SIGNERS_LIMIT = 16
const CERTIFICATES_LIMIT = 64

export interface ReadSigner {
  /** Object identifier. */
  readonly digestAlgorithm: string
  /** Object identifier. */
  readonly signatureAlgorithm: string
  /** DER of the issuer's name and the serial number, by which the certificate is found; nothing when it is named by its key. */
  readonly issuerAndSerial: string | undefined
  /** Hexadecimal. */
  readonly keyIdentifier: string | undefined
  /** What was signed, when there are signed attributes: else it is the content itself. */
  readonly signedAttributes: Uint8Array | undefined
  /** The type and digest of the content that the attributes name. */
  readonly contentType: string | undefined
  readonly messageDigest: Uint8Array | undefined
  readonly signature: Uint8Array
}

export interface ReadSignedData {
  readonly contentType: string
  /** DER, when the content stands inside. */
  readonly encapsulated: Uint8Array | undefined
  readonly certificates: readonly X509Certificate[]
  readonly signers: readonly ReadSigner[]
  readonly raw: SignedData
}

/** Reads SignedData (RFC 5652 5.1). Nothing is verified. Throws {@link CmsError} `CMS_INVALID` or `CMS_TOO_LARGE`. */
export function readSignedData(der: Uint8Array): ReadSignedData {
  if (der.length > MESSAGE_LIMIT)
    throw new CmsError('CMS_TOO_LARGE', `the signature has ${der.length} bytes; at most ${MESSAGE_LIMIT} are expected`)
  try {
    return read(der)
  } catch (error) {
    if (error instanceof CmsError) throw error
    throw new CmsError(
      'CMS_INVALID',
      'this is no CMS SignedData in DER; expected what `openssl cms -sign -outform DER` makes',
      error,
    )
  }
}

function read(der: Uint8Array): ReadSignedData {
  const info = AsnConvert.parse(der, ContentInfo)
  if (info.contentType !== ID_SIGNED_DATA) throw new Error(`content type ${info.contentType}`)
  const raw = AsnConvert.parse(info.content, SignedData)
  const { length: signers } = raw.signerInfos
  const { length: certificates } = raw.certificates ?? []
  if (signers > SIGNERS_LIMIT || certificates > CERTIFICATES_LIMIT)
    throw new CmsError(
      'CMS_TOO_LARGE',
      `the signature has ${signers} signers and ${certificates} certificates; at most ${SIGNERS_LIMIT} and ${CERTIFICATES_LIMIT} are expected`,
    )
  checkUnsigned(raw, der)
  const { eContent, eContentType } = raw.encapContentInfo
  const inside = eContent?.any ?? (eContent?.single && AsnConvert.serialize(eContent.single))
  return {
    raw,
    contentType: eContentType,
    encapsulated: inside && new Uint8Array(inside),
    certificates: [...(raw.certificates ?? [])].flatMap(({ certificate }) =>
      certificate ? [new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)))] : [],
    ),
    signers: [...raw.signerInfos].map(signer => {
      const { issuerAndSerialNumber, subjectKeyIdentifier } = signer.sid
      const values = (type: string): ArrayBuffer | undefined =>
        signer.signedAttrs?.find(({ attrType }) => attrType === type)?.attrValues[0]
      const digest = values(MESSAGE_DIGEST)
      return {
        digestAlgorithm: signer.digestAlgorithm.algorithm,
        signatureAlgorithm: signer.signatureAlgorithm.algorithm,
        issuerAndSerial: issuerAndSerialNumber && hex(AsnConvert.serialize(issuerAndSerialNumber)),
        keyIdentifier: subjectKeyIdentifier && hex(subjectKeyIdentifier.buffer),
        signedAttributes: signer.signedAttrs && encodeAttributes(signer.signedAttrs),
        contentType: oidOf(values(CONTENT_TYPE)),
        messageDigest: digest && new Uint8Array(AsnConvert.parse(digest, OctetString).buffer),
        signature: new Uint8Array(signer.signature.buffer),
      }
    }),
  }
}

/**
 * What no signature covers must be what it says elsewhere, so that no byte of a message can change unseen: the versions (RFC 5652 5.1 and
 * 5.3), the digests of the signers, the parameters of their algorithms, and one encoding only, with nothing behind its end.
 */
function checkUnsigned(raw: SignedData, der: Uint8Array): void {
  const signers = [...raw.signerInfos]
  const digests = new Set(signers.map(({ digestAlgorithm }) => digestAlgorithm.algorithm))
  const listed = new Set([...raw.digestAlgorithms].map(({ algorithm }) => algorithm))
  const algorithms = [
    ...raw.digestAlgorithms,
    ...signers.flatMap(({ digestAlgorithm, signatureAlgorithm }) => [digestAlgorithm, signatureAlgorithm]),
  ]
  const versionOf = ({ sid }: (typeof signers)[number]): number => (sid.issuerAndSerialNumber ? 1 : 3)
  const { eContentType, eContent } = raw.encapContentInfo
  const isPlain = eContentType === ID_DATA || (eContent !== undefined && !eContent.single)
  const version = isPlain && signers.every(each => versionOf(each) === 1) ? 1 : 3
  const isConsistent =
    raw.version === version &&
    signers.every(each => each.version === versionOf(each)) &&
    listed.size === digests.size &&
    [...digests].every(each => listed.has(each)) &&
    algorithms.every(({ parameters }) => !parameters || hex(parameters) === '0500') &&
    Buffer.from(encodeSignedData(raw)).equals(der)
  if (!isConsistent) throw new Error('it contradicts itself')
}

function oidOf(der: ArrayBuffer | undefined): string | undefined {
  if (!der) return undefined
  const bytes = new Uint8Array(der)
  if (bytes[0] !== 0x06 || bytes[1] !== bytes.length - 2 || bytes.length < 3) throw new Error('no object identifier')
  const arcs: number[] = []
  let arc = 0
  for (const byte of bytes.subarray(2)) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const first = Math.min(2, Math.floor(arcs[0]! / 40))
  return [first, arcs[0]! - first * 40, ...arcs.slice(1)].join('.')
}

const hex = (data: ArrayBuffer): string => Buffer.from(data).toString('hex')
