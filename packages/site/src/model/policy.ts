import { BlockList, isIP } from 'node:net'
import type { Variable } from '@bootwright/medium-format'
import type { ComputerIdentity, Location } from '@bootwright/site-protocol'
import { ALL_COMPUTERS, type Collection, type Deployment, type Site, UNKNOWN_COMPUTERS } from './declaration.ts'

/** A computer and its declared name. */
export interface IdentifiedComputer {
  readonly identity: Pick<ComputerIdentity, 'make' | 'model'>
  /** Absent for an unknown computer. */
  readonly name?: string | undefined
}

/** The collections that a computer is a member of. */
export function collectionsOf(site: Site, { name, identity }: IdentifiedComputer): readonly string[] {
  if (name === undefined) return [UNKNOWN_COMPUTERS]
  const isMember = ({ computers, rules }: Collection): boolean =>
    computers.includes(name) ||
    rules.some(({ make, model }) => matches(make, identity.make) && matches(model, identity.model))
  const declared = Object.entries(site.collections).flatMap(([each, collection]) =>
    isMember(collection) ? [each] : [],
  )
  return [ALL_COMPUTERS, ...declared]
}

/** Whether a value matches a pattern with `*` wildcards, ignoring case; an absent pattern matches every value. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined) return true
  const parts = pattern.split('*').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(value)
}

/** Deployments offered to a computer that was started from a medium. A hidden one is offered only when requested by name. */
export function deploymentsFor(
  site: Site,
  computer: IdentifiedComputer,
  { preferred, now }: { readonly preferred?: string | undefined; readonly now: Date },
): readonly (Deployment & { readonly id: string })[] {
  const collections = collectionsOf(site, computer)
  return Object.entries(site.deployments).flatMap(([id, deployment]) => {
    const { collection, availableTo, from, to } = deployment
    const isOffered =
      collections.includes(collection) &&
      availableTo !== 'clients' &&
      (availableTo !== 'mediaHidden' || preferred?.toLowerCase() === id.toLowerCase()) &&
      (from === undefined || new Date(from) <= now) &&
      (to === undefined || now < new Date(to))
    return isOffered ? [{ ...deployment, id }] : []
  })
}

/** Variables of the computer's collections and its own, which take precedence. */
export function variablesFor(site: Site, computer: IdentifiedComputer): Readonly<Record<string, Variable>> {
  const inherited = collectionsOf(site, computer).map(name => site.collections[name]?.variables ?? {})
  const own = computer.name === undefined ? {} : (site.computers[computer.name]?.variables ?? {})
  return Object.assign({}, ...inherited, own)
}

/** Points for a computer, by the boundaries that contain one of its addresses; otherwise this point and the distribution points of the site. */
export function locate(site: Site, addresses: readonly string[], self: string, content: readonly string[]): Location {
  const matching = Object.values(site.boundaries)
    .filter(({ ranges }) => addresses.some(address => isWithin(ranges, address)))
    .sort((a, b) => a.priority - b.priority)
  const managementPoints = [...new Set(matching.flatMap(each => each.managementPoints))]
  const byPriority = Map.groupBy(matching, each => each.priority).values()
  const fallback = site.distributionPoints.length > 0 ? site.distributionPoints : content
  const seen = new Set<string>()
  const unseen = (points: readonly string[]): readonly string[] =>
    [...new Set(points)].filter(each => !seen.has(each) && seen.add(each))
  return {
    managementPoints: managementPoints.length > 0 ? managementPoints : [self],
    distributionPoints: [...[...byPriority].map(all => all.flatMap(each => each.distributionPoints)), fallback]
      .map(unseen)
      .filter(each => each.length > 0),
  }
}

function isWithin(ranges: readonly string[], address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  for (const range of ranges) {
    const [first, last] = range.split('-').map(each => each.trim())
    const [net, bits] = first!.split('/')
    const own = isIP(net!) === 4 ? 'ipv4' : 'ipv6'
    if (own !== family || isIP(net!) === 0) continue
    if (last !== undefined) list.addRange(net!, last, own)
    else if (bits === undefined) list.addAddress(net!, own)
    else list.addSubnet(net!, Number(bits), own)
  }
  return list.check(address, family)
}
