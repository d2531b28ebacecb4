import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type {
  Change,
  KnownComputer,
  KnownMedium,
  KnownSequence,
  SiteClient,
  StatusMessage,
} from '@bootwright/site-protocol'
import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { formatBytes } from '../render/units.ts'
import { ACCESS, openSite, showOn } from '../site-access.ts'
import { unreadable } from '../usage-error.ts'
import { siteServerCommands } from './site-server.ts'

/** The side that media ask for their task sequence. */
export function siteCommand(program: Command, io: Io): void {
  const site = program
    .command('site')
    .description('make, serve and administer a site, which media ask for their task sequence')
  siteServerCommands(site, io)
  site
    .command('apply <file>')
    .description('make computers, collections, deployments and boundaries those of a file; says what differs')
    .option(...ACCESS)
    .option('--dry-run', 'only say what would change')
    .action(async (file: string, { access, dryRun = false }: ApplyOptions, command: Command) => {
      const { parse } = await import('yaml')
      const path = resolve(io.cwd, file)
      const written: unknown = await withFiles(
        parse(await readFile(path, 'utf8').catch(unreadable(file))),
        dirname(path),
      )
      using client = await clientOf(access)
      const { changes } = await client.request('apply', { site: written, isTrial: dryRun })
      show(command, { type: 'applied', isTrial: dryRun, changes }, () =>
        changes.length === 0
          ? 'nothing differs\n'
          : changes.map(each => `${SIGNS[each.change]} ${each.kind} ${each.name}\n`).join(''),
      )
    })
  site
    .command('schema')
    .description('print the JSON Schema of the file for apply, by which editors complete and check it')
    .action(async () => {
      const { siteFileSchema } = await import('@bootwright/site')
      io.stdout.write(`${JSON.stringify(siteFileSchema(), null, 2)}\n`)
    })
  site
    .command('computers')
    .description('the computers that asked, with what tells them from others, and those that are declared')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { computers } = await client.request('computers', {})
      show(command, { type: 'computers', computers }, () => computers.map(computerLine).join(''))
    })
  site
    .command('sequences')
    .description('the revisions of task sequences: what they carry, and what deploys them')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { sequences } = await client.request('sequences', {})
      show(command, { type: 'sequences', sequences }, () => sequences.map(sequenceLines).join(''))
    })
  const media = site.command('media').description('media that were registered, and whether they may be used')
  media
    .command('list', { isDefault: true })
    .description('list them, with the end of their certificates')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { media: all } = await client.request('media', {})
      show(command, { type: 'media', media: all }, () => all.map(describe).join(''))
    })
  media
    .command('register <file>')
    .description('register a medium by the file that was made with it')
    .option(...ACCESS)
    .action(async (file: string, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const registered = await client.request(
        'register',
        JSON.parse(await readFile(resolve(io.cwd, file), 'utf8').catch(unreadable(file))),
      )
      show(command, { ...registered, type: 'medium' }, () => describe(registered))
    })
  for (const [name, isBlocked, description] of [
    ['block', true, 'refuse a medium from now on, because it was lost'],
    ['unblock', false, 'take a medium again that was blocked'],
  ] as const)
    media
      .command(`${name} <id>`)
      .description(description)
      .option(...ACCESS)
      .action(async (id: string, { access }: AccessOptions, command: Command) => {
        using client = await clientOf(access)
        const medium = await client.request('block', { id, isBlocked })
        show(command, { ...medium, type: 'medium' }, () => describe(medium))
      })
  site
    .command('status [client]')
    .description('what computers said last, of all or of one')
    .option(...ACCESS)
    .action(async (of: string | undefined, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { messages } = await client.request('messages', { client: of })
      show(command, { type: 'status', messages }, () => messages.map(line).join(''))
    })
  site
    .command('approve [client]')
    .description('agree to the users that a computer asked for; without one, show who waits')
    .option(...ACCESS)
    .action(async (of: string | undefined, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      if (of === undefined) {
        const { waiting } = await client.request('affinities', {})
        show(command, { type: 'waiting', waiting }, () =>
          waiting.map(each => `${each.client}  ${each.user}\n`).join(''),
        )
        return
      }
      const { approved } = await client.request('approve', { client: of })
      show(command, { type: 'approved', client: of, approved }, () => `${approved} users approved\n`)
    })

  site
    .command('page')
    .description('the address of the page that shows what goes on, with a code that lets one browser in')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { code, validTo } = await client.request('admit', {})
      const url = new URL(`/#code=${code}`, client.url).href
      show(command, { type: 'page', url, validTo }, () => `open ${url}\n  for one browser, until ${validTo}\n`)
    })

  const clientOf = (file: string): Promise<SiteClient> => openSite(file, io)

  const show = showOn(io)
}

interface AccessOptions {
  readonly access: string
}
interface ApplyOptions extends AccessOptions {
  readonly dryRun?: boolean
}

const SIGNS: Readonly<Record<Change['change'], string>> = { add: '+', change: '~', remove: '-' }
const describe = ({ id, name, label, validTo, blocked }: KnownMedium): string =>
  `${id}  ${name} ${JSON.stringify(label)}, ${blocked === undefined ? `until ${validTo}` : `blocked on ${blocked}`}\n`
const computerLine = ({ name, client, identity, seen, collections }: KnownComputer): string =>
  `${[
    name ?? 'unknown',
    ...(identity ? [identity.uuid, ...identity.macAddresses, `${identity.make} ${identity.model}`.trim()] : []),
    client === undefined ? 'never asked' : `asked ${seen} as ${client}`,
    collections.join(', '),
  ]
    .filter(Boolean)
    .join('  ')}\n`
const sequenceLines = ({ name, revision, created, contents, deployments }: KnownSequence): string =>
  [
    `${name} revision ${revision}, ${created}${deployments.length > 0 ? `, deployed by ${deployments.join(', ')}` : ''}\n`,
    ...contents.map(
      each =>
        `  ${each.kind} ${each.name}${each.version === undefined ? '' : ` ${each.version}`}, ${formatBytes(each.bytes)}\n`,
    ),
  ].join('')
const line = ({ time, client, deployment, event, step, exitCode, message }: StatusMessage): string =>
  `${[
    time,
    client,
    deployment,
    event,
    ...(step ? [`${step.number}/${step.total} ${step.name}`] : []),
    ...(exitCode === undefined ? [] : [exitCode]),
    ...(message === undefined ? [] : [message]),
  ].join('  ')}\n`

/** Certificates and revocation lists are named as files, relative to the file. */
async function withFiles(written: unknown, folder: string): Promise<unknown> {
  if (typeof written !== 'object' || written === null) return written
  const site: Record<string, unknown> = { ...written }
  for (const key of ['clientAuthorities', 'revocationLists'])
    if (Array.isArray(site[key]))
      site[key] = await Promise.all(
        site[key].map(file => readFile(resolve(folder, String(file)), 'utf8').catch(unreadable(String(file)))),
      )
  return site
}
