import { resolve } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Artifact, BlobTotals, ContentStore, Fault } from '@bootwright/distribution-point'
import { type Command, Option } from 'commander'
import type { Io } from '../io.ts'
import { formatBytes } from '../render/units.ts'
import { ACCESS, openSite, showOn, siteAccess } from '../site-access.ts'
import { UsageError } from '../usage-error.ts'
import { NotVerifiedError } from './verify.ts'

const PLACE =
  'a repository of a registry, as https://images.corp.example/lab, or a folder with an OCI image layout; the first point of the site when absent'

/** Contents of distribution points: list, copy, verify, remove. */
export function contentCommand(program: Command, io: Io): void {
  const show = showOn(io)
  const content = program
    .command('content')
    .description('manage contents of task sequences at distribution points and in folders')
  content
    .command('list [place]')
    .description(`list the contents of all revisions; ${PLACE}`)
    .option(...ACCESS)
    .action(async (where: string | undefined, { access }: AccessOptions, command: Command) => {
      const { readArtifacts } = await import('@bootwright/distribution-point')
      await using opened = await openPlace(where, access)
      const artifacts = await readArtifacts(opened.place)
      show(command, { type: 'contents', artifacts: artifacts.map(summary) }, () => artifacts.map(line).join(''))
    })
  content
    .command('pull <folder> [names...]')
    .description('copy contents to a folder; only missing blobs are transferred')
    .addOption(new Option('--from <place>', PLACE))
    .option(...ACCESS)
    .action(async (folder: string, names: readonly string[], { access, from }: PullOptions, command: Command) =>
      copy(command, { from, to: folder, names, access }),
    )
  content
    .command('push <place> [names...]')
    .description('copy contents from a folder or a registry; only missing blobs are transferred')
    .addOption(new Option('--to <place>', PLACE))
    .option(...ACCESS)
    .action(async (from: string, names: readonly string[], { access, to }: PushOptions, command: Command) =>
      copy(command, { from, to, names, access }),
    )
  content
    .command('verify [place]')
    .description(`verify every blob against its digest; ${PLACE}`)
    .option(...ACCESS)
    .action(async (where: string | undefined, { access }: AccessOptions, command: Command) => {
      const { readArtifacts, verifyArtifacts } = await import('@bootwright/distribution-point')
      await using opened = await openPlace(where, access)
      const artifacts = await readArtifacts(opened.place)
      const faults = await verifyArtifacts(opened.place, artifacts, { signal: io.signal })
      show(command, { type: 'contentsVerified', artifacts: artifacts.map(summary), faults }, () =>
        [...artifacts.map(line), ...faults.map(faultLine)].join(''),
      )
      if (faults.length > 0)
        throw new NotVerifiedError(
          `${opened.place.name} is missing contents or has damaged ones; push them again, or build the media that publish them`,
        )
    })
  content
    .command('gc [place]')
    .description('remove old revisions and their contents from the site and the given location')
    .option('--keep <number>', 'revisions of each task sequence to keep, besides deployed ones', '3')
    .option('--hours <number>', 'keep contents younger than this: they may belong to a publication in progress', '24')
    .option('--dry-run', 'only print what would be removed')
    .option(...ACCESS)
    .action(async (where: string | undefined, options: GcOptions, command: Command) => {
      const { readArtifacts, removeArtifacts } = await import('@bootwright/distribution-point')
      const { access, dryRun: isTrial = false } = options
      const keep = numberOf('--keep', options.keep, 1)
      const hours = numberOf('--hours', options.hours, 0)
      using client = await openSite(access, io)
      const { removed, kept, ...own } = await client.request('prune', { keep, hours, isTrial })
      const there = where === undefined ? undefined : await removeFrom(where)
      const freed = (what: string, { blobs, bytes }: BlobTotals): string =>
        `${isTrial ? 'would free' : 'freed'} ${formatBytes(bytes)} of ${what} in ${blobs} blobs\n`
      show(command, { type: 'contentsRemoved', isTrial, removed, own, there }, () =>
        [
          ...removed.map(({ name, revision }) => `- ${name} revision ${revision}\n`),
          freed('the site', own),
          ...(there ? [...there.tags.map(tag => `- ${tag} at ${where}\n`), freed(where!, there)] : []),
        ].join(''),
      )

      async function removeFrom(place: string): Promise<BlobTotals & { readonly tags: readonly string[] }> {
        await using opened = await openPlace(place, access)
        const artifacts = await readArtifacts(opened.place)
        const isKept = ({ name, revision }: Artifact): boolean =>
          kept.some(each => each.name === name && each.revision === revision)
        const going = artifacts.filter(each => !isKept(each))
        const counted = await removeArtifacts(opened.place, going, artifacts.filter(isKept), { isTrial })
        return { tags: going.map(({ tag }) => tag), ...counted }
      }
    })

  interface OpenedPlace extends AsyncDisposable {
    readonly place: ContentStore
  }
  async function openPlace(where: string | undefined, accessFile: string): Promise<OpenedPlace> {
    const { folderStore, registryStore } = await import('@bootwright/distribution-point')
    const { openConnection, withAccount } = await import('@bootwright/site-protocol')
    if (where !== undefined && !/^https?:/.test(where))
      return { place: folderStore(resolve(io.cwd, where)), [Symbol.asyncDispose]: async () => {} }
    // The site asks who somebody is; others are not told.
    const site =
      where === undefined ? await siteAccess(accessFile, io) : await siteAccess(accessFile, io).catch(() => undefined)
    const url = where ?? (await mainPoint(accessFile))
    const isOwn = site !== undefined && new URL(url).hostname === new URL(site.url).hostname
    const connection = openConnection({
      authorities: [...(site?.authorities ?? []), ...(isOwn ? [] : rootCertificates)],
      ...(isOwn && { identity: site }),
      signal: io.signal,
    })
    const { BOOTWRIGHT_REGISTRY_USERNAME: username, BOOTWRIGHT_REGISTRY_PASSWORD: password } = io.env
    const account = username === undefined || password === undefined ? undefined : { username, password }
    return {
      place: registryStore(url, withAccount(connection, isOwn ? undefined : account)),
      [Symbol.asyncDispose]: async () => connection[Symbol.dispose](),
    }
  }

  async function mainPoint(accessFile: string): Promise<string> {
    const { mainDistributionPoint } = await import('@bootwright/site-protocol')
    using client = await openSite(accessFile, io)
    return await mainDistributionPoint(client)
  }

  interface CopyRequest {
    readonly from: string | undefined
    readonly to: string | undefined
    readonly names: readonly string[]
    readonly access: string
  }
  async function copy(command: Command, { from, to, names, access }: CopyRequest): Promise<void> {
    const { copyArtifacts, readArtifacts } = await import('@bootwright/distribution-point')
    await using source = await openPlace(from, access)
    const artifacts = await readArtifacts(source.place, names)
    for (const name of names)
      if (!artifacts.some(each => each.name === name || each.tag === name)) {
        const all = (await readArtifacts(source.place)).map(({ tag }) => tag)
        throw new UsageError(`${source.place.name} has no "${name}"; expected one of: ${all.join(', ') || 'none'}`)
      }
    await using target = await openPlace(to, access)
    const { blobs, bytes } = await copyArtifacts(source.place, target.place, artifacts, { signal: io.signal })
    show(command, { type: 'contentsCopied', artifacts: artifacts.map(summary), blobs, bytes }, () =>
      [...artifacts.map(line), `copied ${formatBytes(bytes)} in ${blobs} blobs; the rest was already there\n`].join(''),
    )
  }
}

interface AccessOptions {
  readonly access: string
}
interface PullOptions extends AccessOptions {
  readonly from?: string
}
interface PushOptions extends AccessOptions {
  readonly to?: string
}
interface GcOptions extends AccessOptions {
  readonly keep: string
  readonly hours: string
  readonly dryRun?: boolean
}

function numberOf(option: string, text: string, least: number): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= least) return number
  throw new UsageError(`${option} ${text}: expected a number of at least ${least}`)
}

const summary = ({ tag, name, revision, blobs }: Artifact): object => ({
  tag,
  name,
  revision,
  blobs: blobs.length,
  bytes: sizeOf({ blobs }),
})
const sizeOf = ({ blobs }: Pick<Artifact, 'blobs'>): number => blobs.reduce((sum, { size }) => sum + size, 0)
const line = (artifact: Artifact): string =>
  `${artifact.tag}  ${artifact.name} revision ${artifact.revision}, ${formatBytes(sizeOf(artifact))} in ${artifact.blobs.length} blobs\n`
const faultLine = ({ sha256, fault, tags }: Fault): string => `${fault}: sha256:${sha256}, of ${tags.join(', ')}\n`
