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
import { counted } from '../render/counted.ts'
import { formatBytes } from '../render/units.ts'
import { ACCESS, openSite, showOn } from '../site-access.ts'
import { unreadable } from '../usage-error.ts'
import { siteServerCommands } from './site-server.ts'

/** The side that media ask for their task sequence. */
export function siteCommand(program: Command, io: Io): void {
  const site = program.command('site').description('create, run and administer a site')
  siteServerCommands(site, io)
  site
    .command('apply <file>')
    .description('apply computers, collections, deployments and boundaries from a file')
    .option(...ACCESS)
    .option('--dry-run', 'only print what would change')
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
          ? 'no changes\n'
          : changes.map(each => `${SIGNS[each.change]} ${each.kind} ${each.name}\n`).join(''),
      )
    })
  site
    .command('schema')
    .description('print the JSON Schema of the file for "apply"')
    .action(async () => {
      const { siteFileSchema } = await import('@bootwright/site')
      io.stdout.write(`${JSON.stringify(siteFileSchema(), null, 2)}\n`)
    })
  site
    .command('computers')
    .description('list declared computers and computers that contacted the site')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { computers } = await client.request('computers', {})
      show(command, { type: 'computers', computers }, () => computers.map(computerLine).join(''))
    })
  site
    .command('sequences')
    .description('list revisions of task sequences with their contents and deployments')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { sequences } = await client.request('sequences', {})
      show(command, { type: 'sequences', sequences }, () => sequences.map(sequenceLines).join(''))
    })
  const media = site.command('media').description('manage registered media')
  media
    .command('list', { isDefault: true })
    .description('list media and the expiry of their certificates')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { media: all } = await client.request('media', {})
      show(command, { type: 'media', media: all }, () => all.map(describe).join(''))
    })
  media
    .command('register <file>')
    .description('register a medium with the file created by its build')
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
    ['block', true, 'block a medium, because it was lost'],
    ['unblock', false, 'unblock a medium'],
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
    .description('show the latest status of all computers, or of one')
    .option(...ACCESS)
    .action(async (of: string | undefined, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { messages } = await client.request('messages', { client: of })
      show(command, { type: 'status', messages }, () => messages.map(line).join(''))
    })
  site
    .command('approve [client]')
    .description('approve the users of a computer, or list pending approvals')
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
      show(command, { type: 'approved', client: of, approved }, () => `${counted(approved, 'user')} approved\n`)
    })

  site
    .command('page')
    .description('print the address of the web page with a code for one browser')
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
    client === undefined ? 'never contacted the site' : `last contact ${seen} as ${client}`,
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
