import { readFile } from 'node:fs/promises'
import type { Finding, SiteDefinition } from '@bootwright/api'
import { readPemCertificates, validityFault } from '@bootwright/medium/certificates'
import { type Check, error, messageOf, warning } from './findings.ts'

/** The site's root certificates, each in PEM, each once, in the order of the definition. */
export async function rootCertificatesOf(site: SiteDefinition): Promise<readonly string[]> {
  const files = await Promise.all((site.rootCertificates ?? []).map(read))
  return [...new Set(files.flat().map(certificate => certificate.toString()))]
}

export async function checkRootCertificates({ site, now }: Check): Promise<readonly Finding[]> {
  const findings = (site.rootCertificates ?? []).map(async (path): Promise<readonly Finding[]> => {
    try {
      return (await read(path)).flatMap(({ subject, validFromDate: from, validToDate: to }) => {
        const fault = validityFault({ from, to }, now)
        return fault
          ? [warning([], `root certificate ${path} (${subject.replaceAll('\n', ', ')}): ${fault.message}`)]
          : []
      })
    } catch (failure) {
      return [error([], `root certificate ${path}: ${messageOf(failure)}`)]
    }
  })
  return (await Promise.all(findings)).flat()
}

const read = async (path: string): Promise<ReturnType<typeof readPemCertificates>> =>
  readPemCertificates(await readFile(path, 'latin1'))
