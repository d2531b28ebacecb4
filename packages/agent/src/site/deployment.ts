import { randomUUID } from 'node:crypto'
import type { Environment } from '@bootwright/medium-format'
import { blobsOf, blobUrl, type OfferedDeployment, type PublishedSequence } from '@bootwright/site-protocol'
import pMap from 'p-map'
import { AgentError } from '../computer/errors.ts'
import type { NetworkSettings } from '../computer/network/settings.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import { declareUsers } from './affinity.ts'
import { asAgentError } from './as-agent-error.ts'
import { chooseDeployment } from './choose-deployment.ts'
import { type Contact, contactSite } from './contact.ts'
import type { SiteState } from './site-state.ts'

export interface SiteDeployment {
  readonly published: PublishedSequence
  readonly site: SiteState
}

export interface DeploymentOptions {
  readonly urls: readonly string[]
  readonly environment: Environment
  readonly variables: Variables
  readonly unattended: boolean
  readonly network: NetworkSettings
  /** Whether a blob is on this computer and need not be downloaded. */
  readonly isStored: (sha256: string) => Promise<boolean>
}

/** Requests a deployment from the site. Sets its variables, except those that are already set. Throws {@link AgentError}. */
export async function deploymentFromSite(computer: Computer, options: DeploymentOptions): Promise<SiteDeployment> {
  const { environment, variables, network } = options
  const { proxy } = network
  const identity = environment.certificate!
  const authorities = environment.rootCertificates
  const isDynamic = environment.management === 'dynamic'
  using contact = await contactSite(computer, { urls: options.urls, isDynamic, authorities, identity, proxy })
  try {
    const { client } = contact
    const { memory: _, defaultGateways: __, ...identifiers } = await computer.system.identity()
    const preferred = variables.get('SMSTSPreferredAdvertID')?.value
    const policy = await client.request('policy', { computer: identifiers, preferred })
    computer.report.log('info', 'policy', { client: policy.client, name: policy.name, offered: policy.deployments })
    const { unattended } = options
    const chosen = await chooseDeployment(computer, { offered: policy.deployments, preferred, unattended })
    const { id, revision, taskSequence } = chosen
    computer.report.printStatus(`bootwright: deployment ${id}, ${taskSequence} revision ${revision}`)
    await declareUsers(computer, client, policy.client, variables)
    const published = await client.request('sequence', { id, client: policy.client, revision })
    requirePlatform(computer, published)
    await requireContents(contact, published, options.isStored)
    setVariables(variables, { published, policy, chosen })
    const { steps } = published
    const { url: managementPoint } = client
    const { distributionPoints } = contact
    const run = { client: policy.client, deployment: id, run: randomUUID(), number: 0, pending: [] }
    return { published, site: { managementPoint, distributionPoints, authorities, identity, network, steps, ...run } }
  } catch (error) {
    throw asAgentError(error)
  }
}

function requirePlatform({ platform }: Computer, { name, platform: expected }: PublishedSequence): void {
  if (platform === expected) return
  throw new AgentError(
    'NOT_DEPLOYED',
    `the task sequence "${name}" is for ${expected} boot images, and this one is ${platform}; start from another medium, or publish the sequence for ${platform}`,
  )
}

/** Requests at a time. */
const AT_ONCE = 8

/** Requires every content before the first step. Throws `CONTENT_MISSING` with the names of all that are missing. */
async function requireContents(
  { client, distributionPoints }: Contact,
  published: PublishedSequence,
  isHere: DeploymentOptions['isStored'],
): Promise<void> {
  const missing = new Set<string>()
  const points = distributionPoints.flat()
  const files = published.contents.flatMap(each => each.files)
  const here = new Set<string>()
  for (const file of files) if (await isHere(file.sha256)) here.add((file.chunks ?? file).sha256)
  const look = async (sha256: string): Promise<void> => {
    for (const point of points) if (await client.hasBlob(blobUrl(point, sha256)).catch(() => false)) return
    missing.add(sha256)
  }
  const blobs = blobsOf(published).filter(({ sha256 }) => !here.has(sha256))
  await pMap(blobs, ({ sha256 }) => look(sha256), { concurrency: AT_ONCE })
  if (missing.size === 0) return
  const names = published.contents.flatMap(({ kind, name, files }) => {
    const absent = files.filter(file => missing.has((file.chunks ?? file).sha256))
    return absent.length > 0 ? [`${kind} "${name}" (${absent.map(({ path }) => path).join(', ')})`] : []
  })
  throw new AgentError(
    'CONTENT_MISSING',
    `missing on all distribution points: ${names.join('; ') || 'the programs of the steps'}; searched: ${points.join(', ')}`,
  )
}

interface SiteVariables {
  readonly published: PublishedSequence
  readonly policy: {
    readonly client: string
    readonly name?: string | undefined
    readonly variables: PublishedSequence['variables']
  }
  readonly chosen: OfferedDeployment
}

/** Sets the variables of the sequence, overridden by those of the computer. Variables that are already set take precedence. */
function setVariables(variables: Variables, { published, policy, chosen }: SiteVariables): void {
  for (const [name, { value, isSecret = false }] of Object.entries({ ...published.variables, ...policy.variables }))
    if (variables.get(name) === undefined) variables.setUnchecked(name, value, { isSecret })
  if (policy.name !== undefined && variables.get('OSDComputerName') === undefined)
    variables.setUnchecked('OSDComputerName', policy.name)
  variables.setUnchecked('_SMSTSAdvertID', chosen.id)
  variables.setUnchecked('_SMSTSPackageID', chosen.taskSequence)
  variables.setUnchecked('_SMSTSClientGUID', policy.client)
}
