import type { Finding, ManagementPoint } from '@bootwright/api'
import { type Check, error, warning } from './findings.ts'

/** The medium's own points, or else the site's, in order of priority. */
export function managementPointsOf({ medium, site }: Pick<Check, 'medium' | 'site'>): readonly ManagementPoint[] {
  return medium.options.managementPoints ?? site.managementPoints ?? []
}

export function checkManagementPoints(context: Check): readonly Finding[] {
  const { management, managementPoints: own } = context.medium.options
  const points = managementPointsOf(context)
  const path = ['managementPoints']
  const findings: Finding[] = []

  if (points.length === 0)
    findings.push(
      error(
        path,
        'a bootable medium needs a management point, and neither it nor the site has one; add managementPoints',
      ),
    )
  if (management === 'site-based' && points.length > 1)
    findings.push(
      error(
        path,
        `site-based media contact exactly one management point, and ${points.length} are given${own ? '' : ' by the site'}; name the one here, or use management: dynamic`,
      ),
    )
  for (const [index, { url, allowHttp }] of points.entries()) {
    if (!isHttp(url)) continue
    const at = own ? [...path, index] : path
    findings.push(
      allowHttp
        ? warning(at, `${url} is contacted without TLS: anyone on the way can read and change what it sends`)
        : error(at, `${url} is not https; use https, or write { url: "${url}", allowHttp: true } if it is meant`),
    )
  }
  const judged = points.filter(({ url }) => !isHttp(url))
  if (judged.length > 0 && (context.site.rootCertificates ?? []).length === 0)
    findings.push(
      error(
        path,
        `${judged.map(({ url }) => url).join(', ')} cannot be judged: the medium knows no certificate authority; add rootCertificates (PEM files) to the site`,
      ),
    )
  return findings
}

/** The schema lets http and https through. */
const isHttp = (url: string): boolean => url.toLowerCase().startsWith('http:')
