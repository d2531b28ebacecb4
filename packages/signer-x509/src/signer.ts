import { createHash, type X509Certificate } from 'node:crypto'
import type { Keeper, Signer, SignerRequest } from '@bootwright/api'
import { keySigner, prepareSignedData } from '@bootwright/format-cms'
import { signatureElsewhere } from './elsewhere.ts'
import { certificatesOf, keyOf } from './identity.ts'
import { schema, type X509Options } from './options.ts'

/** The signer `x509`. ECDSA signatures are random, so each is made once, by the keeper. */
export const x509Signer = (keeper: Keeper): Signer<X509Options> => ({
  schema,
  async trust(request) {
    const certificates = await certificatesOf(request)
    return [certificates.at(-1)!.raw]
  },
  async prepare({ name, content }, request) {
    const certificates = await certificatesOf(request)
    warn(certificates[0]!, request)
    const { toBeSigned, placeholder } = prepare(content, certificates)
    return { name, toBeSigned, placeholder, digest: sha256(toBeSigned).toString('hex'), content }
  },
  async sign(preparation, request) {
    const { options } = request
    if ('signature' in options) return await signatureElsewhere(preparation, options.signature, request)
    const certificates = await certificatesOf(request)
    const signer = keySigner((await keyOf(request))!, ders(certificates))
    const inputs = { digest: preparation.digest, certificate: certificates[0]!.fingerprint256 }
    const kept = `signatures/${preparation.name}-${inputs.certificate.replaceAll(':', '').slice(0, 16).toLowerCase()}`
    return await keeper.keep(kept, inputs, () => signer.sign(preparation.toBeSigned))
  },
  async attach({ content }, signature, request) {
    return prepare(content, await certificatesOf(request)).attach(signature)
  },
})

const prepare = (content: Uint8Array, certificates: readonly X509Certificate[]) =>
  prepareSignedData({ digest: sha256(content), certificates: ders(certificates) })

const ders = (certificates: readonly X509Certificate[]): readonly Uint8Array[] => certificates.map(({ raw }) => raw)
const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()

/** A warning: who verifies has the last word. */
function warn({ subject, validFromDate, validToDate }: X509Certificate, { log, now }: SignerRequest): void {
  const name = subject.replaceAll('\n', ', ')
  if (now > validToDate) log.warn(`the certificate of ${name} expired on ${validToDate.toISOString()}; renew it`)
  if (now < validFromDate) log.warn(`the certificate of ${name} is valid only from ${validFromDate.toISOString()} on`)
}
