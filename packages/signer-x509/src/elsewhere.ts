import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Preparation, SignerRequest } from '@bootwright/api'
import { fromMemory, writeFile } from '@bootwright/bytes'
import type { X509Options } from './options.ts'

/** The signature that somebody else put there; undefined while there is none, and then what has to be signed lies beside it. */
export async function signatureElsewhere(
  { toBeSigned, digest }: Preparation,
  signature: string,
  { folder, isPlan, log }: SignerRequest<X509Options>,
): Promise<Uint8Array | undefined> {
  const file = resolve(folder, signature)
  const data = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`cannot read ${file}: ${error.code ?? error.message}`, { cause: error })
  })
  if (data) return decoded(data)
  const request = `${file}.tbs`
  if (!isPlan) await writeFile(request, fromMemory(toBeSigned), { overwrite: true })
  log.warn(
    `${signature} does not exist yet; SHA-256 of the data to sign: ${digest}. Sign it, for example: openssl dgst -sha256 -sign KEY -out ${file} ${request}`,
  )
  return undefined
}

/** As it is, or base64 as many services give it. */
function decoded(data: Buffer): Uint8Array {
  const text = data.toString('latin1').trim()
  return /^[A-Za-z0-9+/\s]+=*$/.test(text) ? Buffer.from(text, 'base64') : data
}
