import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Io } from '../io.ts'
import { UsageError, unreadable } from '../usage-error.ts'

/** Makes a site, and serves it. */
export function siteServerCommands(site: Command, io: Io): void {
  site
    .command('init <folder>')
    .description('create a site: certificate authority, administrator, empty database')
    .requiredOption('--name <name>', 'site code, such as P01')
    .requiredOption('--url <url>', 'URL of the first management point, as computers reach it')
    .option('--database <url>', 'postgres://… URL, instead of a file in the folder')
    .action(async (folder: string, { name, url, database }: InitOptions) => {
      if (!/^https:$/.test(protocolOf(url))) throw new UsageError(`--url ${url}: expected https://…`)
      const { initSite, ACCESS_FILE, ROOT_CERTIFICATE_FILE } = await import('@bootwright/site')
      await initSite({ folder: resolve(io.cwd, folder), name, url, now: io.now(), database })
      io.stdout.write(`created ${folder}\n`)
      io.stdout.write(`  serve it          bootwright site serve ${folder}\n`)
      io.stdout.write(`  watch it          bootwright site page --access ${folder}/${ACCESS_FILE}\n`)
      io.stdout.write(`  administer it     by ${folder}/${ACCESS_FILE}; keep it secret\n`)
      io.stdout.write(`  trusted by media  site: { rootCertificates: [${folder}/${ROOT_CERTIFICATE_FILE}] }\n`)
    })
  site
    .command('serve <folder>')
    .description('run the management point and distribution point of a site')
    .option('--url <url>', 'URL of this management point, if it is not the first')
    .option('--host <address>', 'address to listen on', '::')
    .option('--port <number>', 'port to listen on; by default the port of the URL')
    .option('--content-port <number>', 'serve contents on a separate port by separate processes, for many computers')
    .addOption(new Option('--only-content').hideHelp())
    .option('--certificate <pem>', 'certificate and chain (PEM), instead of one from the site’s authority')
    .option('--key <pem>', 'private key of the certificate')
    .action(async (folder: string, options: ServeOptions) => {
      const { ACCESS_FILE, serveSite } = await import('@bootwright/site')
      const at = resolve(io.cwd, folder)
      const url = options.url ?? (await readUrl(resolve(at, ACCESS_FILE)))
      const port = Number(options.port ?? (new URL(url).port || 443))
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new UsageError(`--port ${options.port}: expected 1 to 65535`)
      if ((options.certificate === undefined) !== (options.key === undefined))
        throw new UsageError('--certificate and --key must be used together')
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
const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '')
const readUrl = async (file: string): Promise<string> =>
  (JSON.parse(await readFile(file, 'utf8').catch(unreadable(file))) as { readonly url: string }).url
