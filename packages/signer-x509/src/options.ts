import type { SecretReference } from '@bootwright/api'
import { secretReference } from '@bootwright/medium-format/options'
import * as z from 'zod'

/** Where certificate and key are. Paths are relative to the definition. */
export type X509Options =
  | { readonly pkcs12: string; readonly password?: SecretReference | undefined }
  | { readonly certificate: string; readonly key: string; readonly password?: SecretReference | undefined }
  | { readonly certificate: string; readonly signature: string }

const path = z.string().min(1)
const certificate = path.describe("PEM: the signer's certificate, then its issuers")
const password = secretReference.optional()

export const schema: z.ZodType<X509Options> = z.union(
  [
    z.strictObject({ pkcs12: path.describe('Certificate, chain and key in one file (.p12, .pfx)'), password }),
    z.strictObject({ certificate, key: path.describe('PEM: the private key, PKCS#8'), password }),
    z.strictObject({
      certificate,
      signature: path.describe('External signature file; the data to sign is written beside it as .tbs'),
    }),
  ],
  'expected { pkcs12, password }, { certificate, key, password } or { certificate, signature }',
)
