import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BuildContext, Finding } from '@bootwright/api'
import type { ClientCertificate } from '@bootwright/medium-format'
import {
  type CertificateError,
  certificateFaults,
  openPkcs12,
  validityFault,
} from '@bootwright/medium-format/certificates'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { type Check, error, messageOf, secretOr, warning } from './findings.ts'

type ImportedOptions = Extract<MediaOptions['certificate'], { readonly pkcs12: string }>

export async function checkCertificate(context: Check): Promise<readonly Finding[]> {
  const { certificate: options } = context.medium.options
  if (!options) return []
  if ('pkcs12' in options) return await checkImported(context, options)
  const path = ['certificate', 'selfSigned']
  const [from, to] = [new Date(options.selfSigned.from), new Date(options.selfSigned.to)]
  if (from >= to)
    return [error(path, `to (${options.selfSigned.to}) must be later than from (${options.selfSigned.from})`)]
  const fault = validityFault({ from, to }, context.now)
  return fault ? [findingOf(path, fault)] : []
}

async function checkImported(context: Check, { pkcs12, password }: ImportedOptions): Promise<readonly Finding[]> {
  const path = ['certificate', 'pkcs12']
  const found = password === undefined ? undefined : await secretOr(context, ['certificate', 'password'], password)
  const findings = found && 'finding' in found ? [found.finding] : []
  try {
    const data = await readFile(resolve(context.folder, pkcs12))
    if (findings.length > 0) return findings
    const certificate = await openPkcs12(data, found && 'secret' in found ? found.secret.reveal() : undefined)
    return (await certificateFaults(certificate, context.now)).map(fault => findingOf(path, fault))
  } catch (failure) {
    return [...findings, error(path, `${pkcs12}: ${messageOf(failure)}`)]
  }
}

/** A medium may be made before its certificate is valid, or when it is nearly over; not after, and not for another use. */
function findingOf(path: Finding['path'], { code, message }: CertificateError): Finding {
  return code === 'NOT_YET_VALID' || code === 'EXPIRES_SOON' ? warning(path, message) : error(path, message)
}

/** The identity in the PKCS#12 file. */
export async function importCertificate(
  context: BuildContext<MediaOptions>,
  { pkcs12, password }: ImportedOptions,
): Promise<ClientCertificate> {
  const secret = password === undefined ? undefined : await context.secret(password)
  return await openPkcs12(await readFile(resolve(context.folder, pkcs12)), secret?.reveal())
}
