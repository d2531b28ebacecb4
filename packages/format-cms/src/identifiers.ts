/** RFC 5652 4: data of any kind. */
export const ID_DATA = '1.2.840.113549.1.7.1'
/** RFC 5652 5.1. */
export const ID_SIGNED_DATA = '1.2.840.113549.1.7.2'
/** RFC 5652 11.1 and 11.2: the two attributes that are always signed. */
export const CONTENT_TYPE = '1.2.840.113549.1.9.3'
export const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
/** RFC 5754 2: SHA-1 and MD5 are not among them, and are refused. */
export const DIGESTS: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
export const SHA256 = '2.16.840.1.101.3.4.2.1'
/** RFC 3370 3.2: the key alone; the digest is the signer's. */
export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
/** RFC 5758 3.2. */
export const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
export const ECDSA_WITH: Readonly<Record<'sha256' | 'sha384' | 'sha512', string>> = {
  sha256: ECDSA_SHA256,
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
}
/** RFC 5754 3.2. */
export const RSA_WITH: Readonly<Record<'sha256' | 'sha384' | 'sha512', string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}
