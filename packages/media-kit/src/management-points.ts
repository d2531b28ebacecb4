import type { Finding, ManagementPoint } from '@bootwright/api'
import { BARE_URL_EXPECTED, isBareUrl } from '@bootwright/medium-format/options'
import { type Check, error, warning } from './findings.ts'

const PATH = ['managementPoints']

/** The medium's own points, or else the site's, in order of priority. None, of a medium that contacts nobody. */
export function managementPointsOf({ medium, site }: Pick<Check, 'medium' | 'site'>): readonly ManagementPoint[] {
  if (medium.options.management === undefined) return []
  return medium.options.managementPoints ?? site.managementPoints ?? []
}

export function checkManagementPoints(context: Check): readonly Finding[] {
  const { managementPoints: own } = context.medium.options
  const findings = [...checkCount(context)]
  const known = new Set<string>()
  for (const [index, point] of managementPointsOf(context).entries()) {
    const at = own ? [...PATH, index] : PATH
    if (isBareUrl(point.url)) findings.push(...checkPoint(point, at, known))
    // The schema has seen to the medium's own.
    else findings.push(error(at, `management point ${index + 1} of the site: ${BARE_URL_EXPECTED}`))
  }
  return [...findings, ...checkAuthorities(context)]
}

function checkCount(context: Check): readonly Finding[] {
  const { management, managementPoints: own } = context.medium.options
  if (management === undefined) return []
  const { length } = managementPointsOf(context)
  if (length === 0)
    return [
      error(
        PATH,
        `a ${context.medium.type} medium needs a management point, but neither it nor the site has one; add managementPoints`,
      ),
    ]
  if (management !== 'site-based' || length === 1) return []
  return [
    error(
      PATH,
      `site-based media contact exactly one management point, but ${length} are set${own ? '' : ' by the site'}; set exactly one, or use management: dynamic`,
    ),
  ]
}

/** Adds the point to those that are `known`. */
function checkPoint({ url, allowHttp }: ManagementPoint, at: Finding['path'], known: Set<string>): readonly Finding[] {
  // The same point may be written as https://MP1:443 and as https://mp1/.
  const { href } = new URL(url)
  if (known.has(href)) return [error(at, `${url} is listed twice; keep the one with the higher priority`)]
  known.add(href)
  if (!isHttp(url)) return []
  return [
    allowHttp
      ? warning(at, `${url} is contacted without TLS: anyone on the network path can read and change the traffic`)
      : error(at, `${url} is not https; use https, or allow it with { url: "${url}", allowHttp: true }`),
  ]
}

function checkAuthorities(context: Check): readonly Finding[] {
  const verified = pointsWithTls(context).filter(isBareUrl)
  if (verified.length === 0 || (context.site.rootCertificates ?? []).length > 0) return []
  return [
    error(
      PATH,
      `${verified.join(', ')} cannot be verified: the medium has no root certificates; add rootCertificates (PEM files) to the site`,
    ),
  ]
}

/** The URLs of the management points whose certificates the medium verifies. */
export const pointsWithTls = (context: Pick<Check, 'medium' | 'site'>): readonly string[] =>
  managementPointsOf(context).flatMap(({ url }) => (isHttp(url) ? [] : [url]))

/** The schema lets http and https through. */
const isHttp = (url: string): boolean => url.toLowerCase().startsWith('http:')
