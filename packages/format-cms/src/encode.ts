import { type Attribute, ContentInfo, type SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { ID_SIGNED_DATA } from './identifiers.ts'

/** RFC 5652 3: the message around it, DER. */
export const encodeSignedData = (data: SignedData): Uint8Array =>
  new Uint8Array(
    AsnConvert.serialize(new ContentInfo({ contentType: ID_SIGNED_DATA, content: AsnConvert.serialize(data) })),
  )

/** RFC 5652 5.4: signed is the SET OF attributes, not the tagged field that stands in the message. In the order that they have there. */
export const encodeAttributes = (attributes: readonly Attribute[]): Uint8Array =>
  tlv(0x31, Buffer.concat(attributes.map(each => Buffer.from(AsnConvert.serialize(each)))))

/** One DER element with its tag and length, of up to 64 KiB. */
export function tlv(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content])
  const size = length > 0xff ? Uint8Array.of(tag, 0x82, length >> 8, length & 0xff) : Uint8Array.of(tag, 0x81, length)
  return Buffer.concat([size, content])
}
