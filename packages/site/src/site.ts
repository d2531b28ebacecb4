import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { openBlobStore } from '@bootwright/distribution-point'
import { openConnection, type SiteAccess, SiteError, withAccount } from '@bootwright/site-protocol'
import { createService } from './api/create-service.ts'
import { createServer, type Serving } from './api/server.ts'
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

const ROOT = 'root.json'
/** The certificate of the site's authority, for media: `rootCertificates`. */
export const ROOT_CERTIFICATE_FILE = 'root.pem'
export const ACCESS_FILE = 'administrator.json'
const SECRET = { mode: 0o600, flag: 'wx' } as const

export interface InitOptions {
  readonly folder: string
  readonly name: string
  /** Of the first management point, as computers reach it. */
  readonly url: string
  readonly now: Date
  readonly database?: string | undefined
}

/** Makes a site: an authority of its own, an administrator, an empty database. Refuses a folder that has one. */
export async function initSite({ folder, name, url, now, database: place }: InitOptions): Promise<void> {
  const site = siteSchema.safeParse({ name })
  if (!site.success) throw new SiteError('REQUEST_INVALID', `the name "${name}": ${site.error.issues[0]!.message}`)
  await mkdir(folder, { recursive: true })
  const authority = await createAuthority(name, now)
  await writeFile(
    join(folder, ROOT),
    JSON.stringify({ ...authority, ...(place && { database: place }) }),
    SECRET,
  ).catch(error => {
    if (error.code !== 'EEXIST') throw error
    throw new SiteError('REQUEST_INVALID', `${folder} has a site already; serve it, or take another folder`)
  })
  await writeFile(join(folder, ROOT_CERTIFICATE_FILE), authority.certificate)
  const administrator = await issue(authority, { subject: `${name} administrator`, use: 'client', now })
  const access: SiteAccess = { url, authorities: [authority.certificate], ...administrator }
  await writeFile(join(folder, ACCESS_FILE), `${JSON.stringify(access, undefined, 2)}\n`, SECRET)
  const database = await openDatabase(place ?? join(folder, DATABASE))
  try {
    const fingerprint = new X509Certificate(administrator.certificate).fingerprint256
    await database.insertInto('administrators').values({ fingerprint, name: 'administrator' }).execute()
    await openObjects(database).apply(site.data, false)
  } finally {
    await database.destroy()
  }
}
const DATABASE = 'site.db'

export interface ServeOptions {
  readonly folder: string
  /** As computers reach it; of the access file by default. */
  readonly url?: string | undefined
  readonly listen: { readonly host: string; readonly port: number }
  readonly now?: () => Date
  readonly hasLog?: boolean
  readonly serves?: Serving
  /** Where contents are, when another server has them. */
  readonly contentUrl?: string | undefined
  /** Is told of every content that is sent, in bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
  /** A certificate of another authority, in the place of one of the site's own. */
  readonly credentials?: Credentials | undefined
}
export interface ServedSite extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** Serves a site that was made: a management point, and a distribution point under `/v2/content`. */
export async function serveSite({
  folder,
  url: asked,
  listen,
  now = () => new Date(),
  hasLog = false,
  credentials: given,
  onContent,
  serves = 'all',
  contentUrl,
}: ServeOptions): Promise<ServedSite> {
  const root = JSON.parse(
    await readFile(join(folder, ROOT), 'utf8').catch(() => {
      throw new SiteError('NOT_FOUND', `${folder} has no site; make one: bootwright site init`)
    }),
  ) as Credentials & { readonly database?: string }
  const url = asked ?? (JSON.parse(await readFile(join(folder, ACCESS_FILE), 'utf8')) as SiteAccess).url
  const { hostname } = new URL(url)
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  const credentials = given ?? (await issue(root, { subject: host, use: 'server', hosts: [host], now: now() }))
  const database = await openDatabase(root.database ?? join(folder, DATABASE))
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
