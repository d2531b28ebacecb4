import { resolve } from 'node:path'
import type { ManagementPoint, SiteDefinition } from '@bootwright/api'
import type { Findings } from '@bootwright/diagnostics'
import { unreadableReason, validate, valueAt } from '@bootwright/diagnostics'
import { siteKeys, siteSchema } from './core-schema.ts'

/** The site's settings for all media: management points as objects, certificates as absolute paths of existing files. */
export async function validateSite(value: unknown, folder: string, findings: Findings): Promise<SiteDefinition> {
  await validate(siteSchema, value, { findings, path: ['site'] })
  // Key by key, so that a mistake in one does not hide mistakes in another.
  const { code, managementPoints, rootCertificates } = siteKeys
  const validated = {
    code: code.safeParse(valueAt(value, ['code'])).data,
    managementPoints: managementPoints.safeParse(valueAt(value, ['managementPoints'])).data,
    rootCertificates: rootCertificates.safeParse(valueAt(value, ['rootCertificates'])).data,
  }
  const points = validated.managementPoints?.map((point): ManagementPoint => {
    return typeof point === 'string' ? { url: point, allowHttp: false } : point
  })
  for (const [index, { url, allowHttp }] of (points ?? []).entries())
    if (/^http:/i.test(url) && !allowHttp)
      findings.add(
        ['site', 'managementPoints', index],
        `${shown(url)} has no TLS: anyone on the network path can read and change the traffic; use https:, or allow it with { url: ${shown(url)}, allowHttp: true }`,
      )
  const certificates = validated.rootCertificates?.map(path => resolve(folder, path))
  for (const [index, path] of (certificates ?? []).entries()) {
    const problem = await unreadableReason(path)
    if (problem) findings.add(['site', 'rootCertificates', index], `root certificate ${path} is ${problem}`)
  }
  return {
    ...(validated.code !== undefined && { code: validated.code }),
    ...(points && { managementPoints: points }),
    ...(certificates && { rootCertificates: certificates }),
  }
}

/** The URL without credentials. */
const shown = (url: string): string => url.replace(/\/\/[^/@]*@/, '//')
