import { createHash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignatureAlgorithmIdentifier,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import { encodeAttributes, encodeSignedData, tlv } from './encode.ts'
import { CmsError } from './error.ts'
import { CONTENT_TYPE, ECDSA_SHA256, ID_DATA, MESSAGE_DIGEST, RSA_ENCRYPTION, SHA256 } from './identifiers.ts'
import { readSignedData } from './read.ts'
import type { CmsSigner } from './signer.ts'
import { subjectOf } from './subject.ts'

/** A detached signature, of which the SHA-256 of the content is enough; or one with the content inside, of another type than plain data. */
export type SignedContent =
  | { readonly digest: Uint8Array }
  | {
      /** Object identifier. */
      readonly contentType: string
      /** DER of at most 64 KiB. As in PKCS #7 it is no octet string, and what is inside of its outermost element is signed (RFC 2315 9.3). */
      readonly encapsulated: Uint8Array
    }
export type SignedDataSpec = SignedContent & {
  /** DER (X.509), the signer's own first, then its issuers. */
  readonly certificates: readonly Uint8Array[]
}

export interface PreparedSignedData {
  /** What the key signs with SHA-256: DER of the signed attributes (RFC 5652 5.4). */
  readonly toBeSigned: Uint8Array
  /** The whole message, DER. Throws {@link CmsError} `SIGNATURE_WRONG` when the signature is not the certificate's. */
  attach(signature: Uint8Array): Uint8Array
  /** A message with zeros for a signature: as large as the real one, or a few bytes larger. */
  readonly placeholder: Uint8Array
}

/** One signer's SignedData (RFC 5652 5) without a time, so that the same content gives the same bytes. Throws {@link CmsError} `KEY_UNSUPPORTED`. */
export function prepareSignedData(spec: SignedDataSpec): PreparedSignedData {
  const { certificates } = spec
  const encapsulated = 'encapsulated' in spec ? spec.encapsulated : undefined
  const contentType = 'encapsulated' in spec ? spec.contentType : ID_DATA
  const digest = 'digest' in spec ? spec.digest : createHash('sha256').update(contentOctets(spec.encapsulated)).digest()
  const leaf = new X509Certificate(certificates[0]!)
  const { algorithm, signatureSize } = algorithmOf(leaf.publicKey)
  const parsed = certificates.map(der => AsnConvert.parse(der, Certificate))
  const attributes = [
    new Attribute({ attrType: CONTENT_TYPE, attrValues: [encodeOid(contentType)] }),
    new Attribute({ attrType: MESSAGE_DIGEST, attrValues: [AsnConvert.serialize(new OctetString(digest))] }),
  ]
  // DER sorts a set by its encoding (X.690 11.6): the content type is the shorter one.
  const toBeSigned = encodeAttributes(attributes)
  const digestAlgorithm = new DigestAlgorithmIdentifier({ algorithm: SHA256 })
  const encode = (signature: Uint8Array): Uint8Array => {
    const { issuer, serialNumber } = parsed[0]!.tbsCertificate
    const signerInfo = new SignerInfo({
      version: 1,
      sid: new SignerIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
      digestAlgorithm,
      signedAttrs: attributes,
      // RFC 3370 3.2 wants NULL parameters for RSA, RFC 5758 3.2 none for ECDSA.
      signatureAlgorithm: new SignatureAlgorithmIdentifier({
        algorithm,
        ...(algorithm === RSA_ENCRYPTION && { parameters: Uint8Array.of(5, 0).buffer }),
      }),
      signature: new OctetString(signature),
    })
    return encodeSignedData(
      new SignedData({
        // Content that is no octet string is PKCS #7's (RFC 2315 9.1), as Authenticode wants it; RFC 5652 5.1: else 3 when it is no plain data.
        version: contentType === ID_DATA || encapsulated ? 1 : 3,
        digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
        encapContentInfo: new EncapsulatedContentInfo({
          eContentType: contentType,
          ...(encapsulated && { eContent: new EncapsulatedContent({ any: exact(encapsulated) }) }),
        }),
        certificates: new CertificateSet(parsed.map(certificate => new CertificateChoices({ certificate }))),
        signerInfos: new SignerInfos([signerInfo]),
      }),
    )
  }
  return {
    toBeSigned,
    placeholder: encode(new Uint8Array(signatureSize)),
    attach(signature) {
      if (!verify('sha256', toBeSigned, leaf.publicKey, signature))
        throw new CmsError(
          'SIGNATURE_WRONG',
          `the signature of ${signature.length} bytes is not one over this content by the key of ${subjectOf(leaf)}; sign again what is to be signed now, with SHA-256`,
        )
      return encode(signature)
    },
  }
}

/** Signs in one go, with a key that is at hand. */
export async function signSignedData(spec: SignedContent, signer: CmsSigner): Promise<Uint8Array> {
  const prepared = prepareSignedData({ ...spec, certificates: signer.certificates })
  return prepared.attach(await signer.sign(prepared.toBeSigned))
}

/** A signer whose key is in this process. Throws {@link CmsError} `KEY_UNSUPPORTED`, also when key and certificate do not belong together. */
export function keySigner(key: KeyObject, certificates: readonly Uint8Array[]): CmsSigner {
  const leaf = new X509Certificate(certificates[0]!)
  algorithmOf(leaf.publicKey)
  if (!leaf.checkPrivateKey(key))
    throw new CmsError(
      'KEY_UNSUPPORTED',
      `the key does not belong to the certificate of ${subjectOf(leaf)}; give the two that do`,
    )
  return { certificates, sign: async toBeSigned => sign('sha256', toBeSigned, key) }
}

/** Several signers' messages over one content as one. The order of the messages does not matter. */
export function mergeSignedData(messages: readonly Uint8Array[]): Uint8Array {
  const all = messages.map(message => readSignedData(message).raw)
  const first = all[0]!
  const unique = <T>(items: readonly T[]): T[] => {
    const byBytes = new Map(items.map(item => [Buffer.from(AsnConvert.serialize(item)).toString('hex'), item]))
    return [...byBytes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  }
  return encodeSignedData(
    new SignedData({
      version: first.version,
      digestAlgorithms: new DigestAlgorithmIdentifiers(unique(all.flatMap(each => [...each.digestAlgorithms]))),
      encapContentInfo: first.encapContentInfo,
      certificates: new CertificateSet(unique(all.flatMap(each => [...(each.certificates ?? [])]))),
      signerInfos: new SignerInfos(unique(all.flatMap(each => [...each.signerInfos]))),
    }),
  )
}

function algorithmOf(key: KeyObject): { readonly algorithm: string; readonly signatureSize: number } {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') return { algorithm: RSA_ENCRYPTION, signatureSize: Math.ceil(details!.modulusLength! / 8) }
  const coordinate = { prime256v1: 32, secp384r1: 48, secp521r1: 66 }[details?.namedCurve ?? '']
  // RFC 3279 2.2.3: a sequence of two integers, each with a sign byte at worst.
  if (type === 'ec' && coordinate) return { algorithm: ECDSA_SHA256, signatureSize: 2 * (coordinate + 3) + 3 }
  throw new CmsError(
    'KEY_UNSUPPORTED',
    `a key of the kind ${details?.namedCurve ?? type} cannot sign; expected RSA, or ECDSA on P-256, P-384 or P-521`,
  )
}

function encodeOid(text: string): ArrayBuffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap(arc => {
    const groups = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return exact(tlv(0x06, Uint8Array.from(bytes)))
}

/** What is inside of a DER element. */
function contentOctets(der: Uint8Array): Uint8Array {
  const form = der[1] ?? 0
  return der.subarray(form < 0x80 ? 2 : 2 + (form & 0x7f))
}

const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
