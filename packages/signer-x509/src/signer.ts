import { createHash, type X509Certificate } from 'node:crypto'
import type { PinStore, SignedDocument, Signer, SignerRequest } from '@bootwright/api'
import { keySigner, prepareSignedData, subjectOf } from '@bootwright/format-cms'
import { signatureElsewhere } from './elsewhere.ts'
import { openIdentity } from './identity.ts'
import { schema, type X509Options } from './options.ts'

/** The signer `x509`. ECDSA signatures are random, so each is made once, by the keeper. */
export const x509Signer = (keeper: PinStore): Signer<X509Options> => ({
  schema,
  async open(request) {
    const { options } = request
    const identity = await openIdentity(request)
    const [leaf] = identity.certificates
    const certificates = identity.certificates.map(({ raw }) => raw)
    warn(leaf!, request)
    const prepare = ({ content, contentType }: SignedDocument) =>
      prepareSignedData({
        ...(contentType === undefined ? { digest: sha256(content) } : { contentType, encapsulated: content }),
        certificates,
      })
    return {
      certificates,
      async prepare(document) {
        const { toBeSigned, placeholder } = prepare(document)
        return { ...document, toBeSigned, placeholder, digest: sha256(toBeSigned).toString('hex') }
      },
      async sign(preparation) {
        if ('signature' in options) return await signatureElsewhere(preparation, options.signature, request)
        const signer = keySigner(await identity.key(), certificates)
        const inputs = { digest: preparation.digest, certificate: leaf!.fingerprint256 }
        const kept = `signatures/${preparation.name}-${inputs.certificate.replaceAll(':', '').slice(0, 16).toLowerCase()}`
        return await keeper.pin(kept, inputs, () => signer.sign(preparation.toBeSigned))
      },
      attach: async (preparation, signature) => prepare(preparation).attach(signature),
    }
  },
})

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()

/** A warning: who verifies has the last word. */
function warn(certificate: X509Certificate, { log, now }: SignerRequest): void {
  const { validFromDate, validToDate } = certificate
  const name = subjectOf(certificate)
  if (now > validToDate) log.warn(`the certificate of ${name} expired on ${validToDate.toISOString()}; renew it`)
  if (now < validFromDate) log.warn(`the certificate of ${name} is not valid before ${validFromDate.toISOString()}`)
}
