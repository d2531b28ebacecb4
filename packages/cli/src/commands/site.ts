import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Change, KnownMedium, SiteClient, StatusMessage } from '@bootwright/site-protocol'
import { type Command, Option } from 'commander'
import type { Io } from '../io.ts'
import { ACCESS, openSite, showOn } from '../site-access.ts'
import { UsageError, unreadable } from '../usage-error.ts'

/** The side that media ask for their task sequence. */
export function siteCommand(program: Command, io: Io): void {
  const site = program
    .command('site')
    .description('make, serve and administer a site, which media ask for their task sequence')
  site
    .command('init <folder>')
    .description('make a site: an authority of its own, an administrator, an empty database')
    .requiredOption('--name <name>', 'of the site: P01')
    .requiredOption('--url <url>', 'of its first management point, as computers reach it: https://mp1.corp.example')
    .option('--database <url>', 'postgres://…, in the place of a file in the folder')
    .action(async (folder: string, { name, url, database }: InitOptions) => {
      if (!/^https:$/.test(protocolOf(url))) throw new UsageError(`--url ${url}: expected https://…`)
      const { initSite, ACCESS_FILE, ROOT_CERTIFICATE_FILE } = await import('@bootwright/site')
      await initSite({ folder: resolve(io.cwd, folder), name, url, now: io.now(), database })
      io.stdout.write(`made ${folder}\n`)
      io.stdout.write(`  serve it          bootwright site serve ${folder}\n`)
      io.stdout.write(`  administer it     by ${folder}/${ACCESS_FILE}; keep it secret\n`)
      io.stdout.write(`  trusted by media  site: { rootCertificates: [${folder}/${ROOT_CERTIFICATE_FILE}] }\n`)
    })
  site
    .command('serve <folder>')
    .description('serve a site, as management point and distribution point, until it is interrupted')
    .option('--url <url>', 'of this management point, when it is not the first')
    .option('--host <address>', 'where it listens', '::')
    .option('--port <number>', 'where it listens; that of the URL by default')
    .option('--content-port <number>', 'contents on a port, and by processes, of their own: for many computers at once')
    .addOption(new Option('--only-content').hideHelp())
    .option('--certificate <pem>', 'its certificate and chain, in the place of one of the site’s own authority')
    .option('--key <pem>', 'the key of that')
    .action(async (folder: string, options: ServeOptions) => {
      const { ACCESS_FILE, serveSite } = await import('@bootwright/site')
      const at = resolve(io.cwd, folder)
      const url = options.url ?? (await readUrl(resolve(at, ACCESS_FILE)))
      const port = Number(options.port ?? (new URL(url).port || 443))
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new UsageError(`--port ${options.port}: expected 1 to 65535`)
      if ((options.certificate === undefined) !== (options.key === undefined))
        throw new UsageError('--certificate and --key go together')
      const credentials =
        options.certificate === undefined
          ? undefined
          : {
              certificate: await readFile(resolve(io.cwd, options.certificate), 'utf8'),
              key: await readFile(resolve(io.cwd, options.key!), 'utf8'),
            }
      const { contentPort, onlyContent = false } = options
      const contentUrl = contentPort === undefined ? undefined : withPort(url, contentPort)
      await using served = await serveSite({
        folder: at,
        url,
        contentUrl,
        serves: onlyContent ? 'content' : contentUrl === undefined ? 'all' : 'management',
        listen: { host: options.host, port },
        now: io.now,
        hasLog: true,
        credentials,
      })
      if (onlyContent) {
        await interrupted(io.signal)
        // By its connection to who started it, it would stay.
        const { default: cluster } = await import('node:cluster')
        cluster.worker?.disconnect()
        return
      }
      using _ =
        contentUrl === undefined
          ? undefined
          : await serveContent([folder, '--url', url, '--host', options.host, '--port', contentPort!])
      io.stdout.write(`serving ${served.url} on port ${served.port}\n`)
      await interrupted(io.signal)
    })
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
      const { changes } = await client.ask('apply', { site: written, isTrial: dryRun })
      show(command, { type: 'applied', isTrial: dryRun, changes }, () =>
        changes.length === 0
          ? 'nothing differs\n'
          : changes.map(each => `${SIGNS[each.change]} ${each.kind} ${each.name}\n`).join(''),
      )
    })
  const media = site.command('media').description('media that were registered, and whether they may be used')
  media
    .command('list', { isDefault: true })
    .description('list them, with the end of their certificates')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { media: all } = await client.ask('media', {})
      show(command, { type: 'media', media: all }, () => all.map(describe).join(''))
    })
  media
    .command('register <file>')
    .description('register a medium by the file that was made with it')
    .option(...ACCESS)
    .action(async (file: string, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const registered = await client.ask(
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
        const medium = await client.ask('block', { id, isBlocked })
        show(command, { ...medium, type: 'medium' }, () => describe(medium))
      })
  site
    .command('status [client]')
    .description('what computers said last, of all or of one')
    .option(...ACCESS)
    .action(async (of: string | undefined, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { messages } = await client.ask('messages', { client: of })
      show(command, { type: 'status', messages }, () => messages.map(line).join(''))
    })
  site
    .command('approve [client]')
    .description('agree to the users that a computer asked for; without one, show who waits')
    .option(...ACCESS)
    .action(async (of: string | undefined, { access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      if (of === undefined) {
        const { waiting } = await client.ask('affinities', {})
        show(command, { type: 'waiting', waiting }, () =>
          waiting.map(each => `${each.client}  ${each.user}\n`).join(''),
        )
        return
      }
      const { approved } = await client.ask('approve', { client: of })
      show(command, { type: 'approved', client: of, approved }, () => `${approved} users approved\n`)
    })

  site
    .command('page')
    .description('the address of the page that shows what goes on, with a code that lets one browser in')
    .option(...ACCESS)
    .action(async ({ access }: AccessOptions, command: Command) => {
      using client = await clientOf(access)
      const { code, validTo } = await client.ask('admit', {})
      const url = new URL(`/#code=${code}`, client.url).href
      show(command, { type: 'page', url, validTo }, () => `open ${url}\n  for one browser, until ${validTo}\n`)
    })

  const clientOf = (file: string): Promise<SiteClient> => openSite(file, io)

  const show = showOn(io)
}

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise(settle => signal.addEventListener('abort', () => settle(), { once: true }))

/** Of nice(2): lower than that of the management point. */
const CONTENT_PRIORITY = 15

/** As many processes as there are processors, on one port; one that ends is started again. */
async function serveContent(args: readonly string[]): Promise<Disposable> {
  const { default: cluster } = await import('node:cluster')
  const { availableParallelism, setPriority } = await import('node:os')
  cluster.setupPrimary({ args: ['site', 'serve', ...args, '--only-content'] })
  // Who asks what to do waits for no download.
  cluster.on('fork', ({ process: { pid } }) => pid !== undefined && setPriority(pid, CONTENT_PRIORITY))
  let isOver = false
  cluster.on('exit', () => void (isOver || cluster.fork()))
  for (let count = availableParallelism(); count > 0; count -= 1) cluster.fork()
  return {
    [Symbol.dispose]() {
      isOver = true
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill()
    },
  }
}

function withPort(url: string, port: string): string {
  const changed = new URL(url)
  changed.port = port
  return changed.href
}

interface InitOptions {
  readonly name: string
  readonly url: string
  readonly database?: string
}
interface ServeOptions {
  readonly url?: string
  readonly host: string
  readonly port?: string
  readonly contentPort?: string
  readonly onlyContent?: boolean
  readonly certificate?: string
  readonly key?: string
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

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '')
const readUrl = async (file: string): Promise<string> =>
  (JSON.parse(await readFile(file, 'utf8').catch(unreadable(file))) as { readonly url: string }).url
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
