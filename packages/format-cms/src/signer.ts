/** Who signs: certificates that others will see, and a key that may be in this process or far away. */
export interface CmsSigner {
  /** DER (X.509), the signer's own first, then its issuers. */
  readonly certificates: readonly Uint8Array[]
  /**
   * The signature over `toBeSigned` with SHA-256, by the key of the first certificate: RSA as PKCS#1 v1.5, ECDSA in DER (RFC 3279 2.2.3).
   */
  sign(toBeSigned: Uint8Array): Promise<Uint8Array>
}
