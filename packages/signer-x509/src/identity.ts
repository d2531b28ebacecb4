import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SignerRequest } from '@bootwright/api'
import { openPkcs12, readPemCertificates } from '@bootwright/medium-format/certificates'
import type { X509Options } from './options.ts'

type Request = Pick<SignerRequest<X509Options>, 'options' | 'folder' | 'secret'>

export interface Identity {
  /** The signer's own, then those above it. */
  readonly certificates: readonly X509Certificate[]
  /** Read when it is needed: a plan needs none. Throws when it is elsewhere. */
  key(): Promise<KeyObject>
}

export async function openIdentity(request: Request): Promise<Identity> {
  const { options } = request
  if ('pkcs12' in options) {
    const { certificate, key } = await openPkcs12(
      await readNamed(request, options.pkcs12),
      await reveal(request, options),
    )
    return { certificates: readPemCertificates(certificate), key: async () => createPrivateKey(key) }
  }
  return {
    certificates: readPemCertificates((await readNamed(request, options.certificate)).toString()),
    key: () => openKey(request),
  }
}

async function openKey(request: Request): Promise<KeyObject> {
  const { options } = request
  if (!('key' in options)) throw new Error('the private key of this signer is not available here')
  const text = await readNamed(request, options.key)
  const passphrase = await reveal(request, options)
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) })
  } catch (cause) {
    throw new Error(`${options.key} is not a PEM private key, or the password is wrong; check both`, {
      cause,
    })
  }
}

const reveal = async (
  { secret }: Request,
  { password }: Extract<X509Options, { readonly password?: unknown }>,
): Promise<string | undefined> => (password === undefined ? undefined : (await secret(password)).reveal())

const readNamed = ({ folder }: Request, path: string): Promise<Buffer> =>
  readFile(resolve(folder, path)).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`cannot read ${path}: ${cause.code ?? cause.message}; correct the options of the signer x509`, {
      cause,
    })
  })
