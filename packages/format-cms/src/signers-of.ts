import { X509Certificate } from 'node:crypto'
import { ContentInfo, IssuerAndSerialNumber, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CmsError } from './error.ts'

/**
 * Who says to have signed a message, and by which certificates, in the order of the message: for people, nothing is verified. Unlike
 * `verifySignedData` it takes what others write (RFC 2315, with time stamps and other unsigned attributes). Throws {@link CmsError}
 * `CMS_INVALID`.
 */
export function signersOf(
  der: Uint8Array,
): readonly { readonly certificate: X509Certificate; readonly chain: readonly X509Certificate[] }[] {
  try {
    const data = AsnConvert.parse(AsnConvert.parse(der, ContentInfo).content, SignedData)
    const certificates = [...(data.certificates ?? [])].flatMap(({ certificate }) => certificate ?? [])
    const chain = certificates.map(each => new X509Certificate(new Uint8Array(AsnConvert.serialize(each))))
    const named = certificates.map(({ tbsCertificate: { issuer, serialNumber } }) =>
      hex(AsnConvert.serialize(new IssuerAndSerialNumber({ issuer, serialNumber }))),
    )
    return [...data.signerInfos].flatMap(({ sid }) => {
      const name = sid.issuerAndSerialNumber && hex(AsnConvert.serialize(sid.issuerAndSerialNumber))
      const certificate = name === undefined ? undefined : chain[named.indexOf(name)]
      return certificate ? [{ certificate, chain }] : []
    })
  } catch (error) {
    throw new CmsError('CMS_INVALID', 'this is no signed message in DER', error)
  }
}

const hex = (data: ArrayBuffer): string => Buffer.from(data).toString('hex')
