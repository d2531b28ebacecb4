import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SignerRequest } from '@bootwright/api'
import { openPkcs12, readPemCertificates } from '@bootwright/medium/certificates'
import type { X509Options } from './options.ts'

type Request = Pick<SignerRequest<X509Options>, 'options' | 'folder' | 'secret'>

/** The signer's certificate, and those above it. */
export async function certificatesOf(request: Request): Promise<readonly X509Certificate[]> {
  const { options } = request
  if ('pkcs12' in options) return (await openIdentity(request, options)).certificates
  return readPemCertificates((await readNamed(request, options.certificate)).toString())
}

/** The key, unless it is elsewhere. */
export async function keyOf(request: Request): Promise<KeyObject | undefined> {
  const { options, secret } = request
  if ('signature' in options) return undefined
  if ('pkcs12' in options) return createPrivateKey((await openIdentity(request, options)).key)
  const passphrase = options.password === undefined ? undefined : (await secret(options.password)).reveal()
  const text = await readNamed(request, options.key)
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) })
  } catch (cause) {
    throw new Error(`${options.key} is no private key in PEM form that opens with the password given; check both`, {
      cause,
    })
  }
}

async function openIdentity(
  request: Request,
  { pkcs12, password }: Extract<X509Options, { readonly pkcs12: string }>,
): Promise<{ readonly certificates: readonly X509Certificate[]; readonly key: string }> {
  const secret = password === undefined ? undefined : await request.secret(password)
  const { certificate, key } = await openPkcs12(await readNamed(request, pkcs12), secret?.reveal())
  return { certificates: readPemCertificates(certificate), key }
}

const readNamed = ({ folder }: Request, path: string): Promise<Buffer> =>
  readFile(resolve(folder, path)).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`cannot read ${path}: ${cause.code ?? cause.message}; it is what the signer x509 was given`, {
      cause,
    })
  })
