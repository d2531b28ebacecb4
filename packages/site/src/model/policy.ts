import { BlockList, isIP } from 'node:net'
import type { Variable } from '@bootwright/medium-format'
import type { ComputerIdentity, Location } from '@bootwright/site-protocol'
import { ALL_COMPUTERS, type Collection, type Deployment, type Site, UNKNOWN_COMPUTERS } from './declaration.ts'

/** A computer as a site sees it. */
export interface SeenComputer {
  readonly identity: Pick<ComputerIdentity, 'make' | 'model'>
  /** As it is declared; absent when the site does not know it. */
  readonly name?: string | undefined
}

/** The collections that a computer is in. */
export function collectionsOf(site: Site, { name, identity }: SeenComputer): readonly string[] {
  if (name === undefined) return [UNKNOWN_COMPUTERS]
  const isMember = ({ computers, rules }: Collection): boolean =>
    computers.includes(name) ||
    rules.some(({ make, model }) => matches(make, identity.make) && matches(model, identity.model))
  const declared = Object.entries(site.collections).flatMap(([each, collection]) =>
    isMember(collection) ? [each] : [],
  )
  return [ALL_COMPUTERS, ...declared]
}

/** `*` stands for any characters; case is all the same. No pattern fits all. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined) return true
  const parts = pattern.split('*').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(value)
}

/** What is deployed to a computer that was started from a medium. What is hidden is offered to who names it. */
export function deploymentsFor(
  site: Site,
  computer: SeenComputer,
  { preferred, now }: { readonly preferred?: string | undefined; readonly now: Date },
): readonly (Deployment & { readonly id: string })[] {
  const collections = collectionsOf(site, computer)
  return Object.entries(site.deployments).flatMap(([id, deployment]) => {
    const { collection, availableTo, from, to } = deployment
    const isThere =
      collections.includes(collection) &&
      availableTo !== 'clients' &&
      (availableTo !== 'mediaHidden' || preferred?.toLowerCase() === id.toLowerCase()) &&
      (from === undefined || new Date(from) <= now) &&
      (to === undefined || now < new Date(to))
    return isThere ? [{ ...deployment, id }] : []
  })
}

/** Of its collections, then its own, which win. */
export function variablesFor(site: Site, computer: SeenComputer): Readonly<Record<string, Variable>> {
  const of = collectionsOf(site, computer).map(name => site.collections[name]?.variables ?? {})
  const own = computer.name === undefined ? {} : (site.computers[computer.name]?.variables ?? {})
  return Object.assign({}, ...of, own)
}

/** By the boundary that holds one of the addresses. Without one, this point and the site's own distribution points. */
export function locate(site: Site, addresses: readonly string[], self: string, content: readonly string[]): Location {
  const fitting = Object.values(site.boundaries)
    .filter(({ ranges }) => addresses.some(address => isWithin(ranges, address)))
    .sort((a, b) => a.priority - b.priority)
  const managementPoints = [...new Set(fitting.flatMap(each => each.managementPoints))]
  const near = Map.groupBy(fitting, each => each.priority).values()
  const fallback = site.distributionPoints.length > 0 ? site.distributionPoints : content
  const seen = new Set<string>()
  const unseen = (points: readonly string[]): readonly string[] =>
    [...new Set(points)].filter(each => !seen.has(each) && seen.add(each))
  return {
    managementPoints: managementPoints.length > 0 ? managementPoints : [self],
    distributionPoints: [...[...near].map(all => all.flatMap(each => each.distributionPoints)), fallback]
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
