import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { openBlobStore } from '@bootwright/distribution-point'
import { openConnection, type SiteAccess, SiteError, withAccount } from '@bootwright/site-protocol'
import { createService } from './api/create-service.ts'
import { createServer, type ServerRole } from './api/server.ts'
import { type Credentials, createAuthority, issue } from './auth/authority.ts'
import { openSessions } from './auth/sessions.ts'
import { openDatabase } from './database/database.ts'
import { openComputers } from './model/computers.ts'
import { siteSchema } from './model/declaration.ts'
import { openObjects } from './model/objects.ts'
import { createPrune } from './model/prune.ts'
import { openRuns } from './model/runs.ts'
import { openSequences } from './model/sequences.ts'
import { storedContents } from './oci-registry/stored-contents.ts'
import { pageFiles } from './page-files.ts'

/** The site's authority with its private key, and the database. */
const ROOT_FILE = 'root.json'
/** The certificate of the site's authority, for `rootCertificates` of media. */
export const ROOT_CERTIFICATE_FILE = 'root.pem'
/** The credentials file of the site's administrator. */
export const ACCESS_FILE = 'administrator.json'
const DATABASE_FILE = 'site.db'
const SECRET = { mode: 0o600, flag: 'wx' } as const

export interface InitOptions {
  readonly folder: string
  readonly name: string
  /** URL of the first management point, as computers reach it. */
  readonly url: string
  readonly now: Date
  /** `postgres://…`; an SQLite file in the folder by default. */
  readonly database?: string | undefined
}

/** Creates a site: its own authority, an administrator and an empty database. Throws when the folder already contains one. */
export async function initSite({ folder, name, url, now, database: location }: InitOptions): Promise<void> {
  const site = siteSchema.safeParse({ name })
  if (!site.success)
    throw new SiteError('REQUEST_INVALID', `invalid site name "${name}": ${site.error.issues[0]!.message}`)
  await mkdir(folder, { recursive: true })
  const authority = await createAuthority(name, now)
  await writeFile(
    join(folder, ROOT_FILE),
    JSON.stringify({ ...authority, ...(location && { database: location }) }),
    SECRET,
  ).catch(error => {
    if (error.code !== 'EEXIST') throw error
    throw new SiteError('REQUEST_INVALID', `${folder} already contains a site; serve it, or use another folder`)
  })
  await writeFile(join(folder, ROOT_CERTIFICATE_FILE), authority.certificate)
  const administrator = await issue(authority, { subject: `${name} administrator`, use: 'client', now })
  const access: SiteAccess = { url, authorities: [authority.certificate], ...administrator }
  await writeFile(join(folder, ACCESS_FILE), `${JSON.stringify(access, undefined, 2)}\n`, SECRET)
  const database = await openDatabase(location ?? join(folder, DATABASE_FILE))
  try {
    const fingerprint = new X509Certificate(administrator.certificate).fingerprint256
    await database.insertInto('administrators').values({ fingerprint, name: 'administrator' }).execute()
    await openObjects(database).apply(site.data, false)
  } finally {
    await database.destroy()
  }
}

export interface ServeOptions {
  readonly folder: string
  /** URL as computers reach it; that of the credentials file by default. */
  readonly url?: string | undefined
  readonly listen: { readonly host: string; readonly port: number }
  readonly now?: () => Date
  readonly hasLog?: boolean
  readonly serves?: ServerRole
  /** URL of the server that serves contents, when it is another one. */
  readonly contentUrl?: string | undefined
  /** Called for each content that is sent, with the number of bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
  /** Server certificate of another authority; one of the site's own authority by default. */
  readonly credentials?: Credentials | undefined
}
export interface ServedSite extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** Serves an existing site: a management point, and a distribution point at `/v2/content`. */
export async function serveSite({
  folder,
  url: givenUrl,
  listen,
  now = () => new Date(),
  hasLog = false,
  credentials: givenCredentials,
  onContent,
  serves = 'all',
  contentUrl,
}: ServeOptions): Promise<ServedSite> {
  const root = JSON.parse(
    await readFile(join(folder, ROOT_FILE), 'utf8').catch(() => {
      throw new SiteError('NOT_FOUND', `${folder} does not contain a site; create one with "bootwright site init"`)
    }),
  ) as Credentials & { readonly database?: string }
  const url = givenUrl ?? (JSON.parse(await readFile(join(folder, ACCESS_FILE), 'utf8')) as SiteAccess).url
  const { hostname } = new URL(url)
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  const credentials =
    givenCredentials ?? (await issue(root, { subject: host, use: 'server', hosts: [host], now: now() }))
  const database = await openDatabase(root.database ?? join(folder, DATABASE_FILE))
  const objects = openObjects(database)
  const content = [new URL('/content', contentUrl ?? url).href]
  const blobs = await openBlobStore(join(folder, 'content'))
  const sessions = openSessions(database, now)
  const sequences = openSequences(database, blobs, now)
  const connection = withAccount(openConnection({ authorities: [root.certificate, ...rootCertificates] }))
  const service = createService({
    database,
    objects,
    computers: openComputers(database, now),
    sequences,
    runs: openRuns(database),
    sessions,
    prune: createPrune({ database, objects, blobs, now }),
    stored: storedContents({ objects, sequences, own: { url: content[0]!, blobs }, connection, now }),
    url,
    content,
    credentials,
    now,
  })
  const server = createServer({
    database,
    objects,
    service,
    sessions,
    blobs,
    pageFiles,
    credentials,
    now,
    serves,
    onContent,
    hasLog,
  })
  await server.listen(listen)
  const address = server.server.address()
  return {
    url,
    port: typeof address === 'object' && address ? address.port : listen.port,
    async [Symbol.asyncDispose]() {
      await server.close()
      connection[Symbol.dispose]()
      await database.destroy()
    },
  }
}
