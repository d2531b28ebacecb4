import { readFile } from 'node:fs/promises'
import type { Finding, SiteDefinition } from '@bootwright/api'
import { readPemCertificates, validityFault } from '@bootwright/medium-format/certificates'
import { type Check, error, messageOf, warning } from './findings.ts'
import { pointsWithTls } from './management-points.ts'

type Certificate = ReturnType<typeof readPemCertificates>[number]

/** The site's root certificates, each in PEM, each once, in the order of the definition. */
export async function rootCertificatesOf(site: SiteDefinition): Promise<readonly string[]> {
  const files = await Promise.all((site.rootCertificates ?? []).map(read))
  return [...new Set(files.flat().map(certificate => certificate.toString()))]
}

export async function checkRootCertificates(context: Check): Promise<readonly Finding[]> {
  const paths = context.site.rootCertificates ?? []
  const files = await Promise.all(paths.map(path => readOr(path)))
  const findings = files.flatMap((file, index) =>
    'finding' in file
      ? [file.finding]
      : file.certificates.flatMap(each => checkValidity(paths[index]!, each, context.now)),
  )
  const certificates = files.map(file => ('finding' in file ? undefined : file.certificates))
  // Whether a file that cannot be read holds a valid one, nobody knows.
  if (certificates.includes(undefined)) return findings
  return [
    ...findings,
    ...checkSomeIsValid(
      context,
      certificates.flatMap(each => each ?? []),
    ),
  ]
}

function checkValidity(
  path: string,
  { subject, ca, validFromDate, validToDate }: Certificate,
  now: Date,
): readonly Finding[] {
  const which = `root certificate ${path} (${subject.replaceAll('\n', ', ')})`
  if (!ca)
    return [
      error([], `${which} is not a certificate authority (CA:TRUE is missing); use the certificate of the issuer`),
    ]
  const fault = validityFault({ from: validFromDate, to: validToDate }, now)
  return fault ? [warning([], `${which}: ${fault.message}`)] : []
}

function checkSomeIsValid(context: Check, certificates: readonly Certificate[]): readonly Finding[] {
  const urls = pointsWithTls(context)
  const isExpired = ({ validToDate }: Certificate): boolean => validToDate <= context.now
  if (urls.length === 0 || certificates.length === 0 || !certificates.every(isExpired)) return []
  return [
    error(
      ['managementPoints'],
      'management points with https cannot be verified: every root certificate of the site has expired; add a valid one to the site',
    ),
  ]
}

/** The certificates of a file, or why they cannot be had. */
async function readOr(
  path: string,
): Promise<{ readonly certificates: readonly Certificate[] } | { readonly finding: Finding }> {
  try {
    return { certificates: await read(path) }
  } catch (failure) {
    return { finding: error([], `root certificate ${path}: ${messageOf(failure)}`) }
  }
}

const read = async (path: string): Promise<readonly Certificate[]> =>
  readPemCertificates(await readFile(path, 'latin1'))
