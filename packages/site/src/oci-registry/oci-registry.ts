import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type BlobStore, blobsNamed } from '@bootwright/distribution-point'
import { SiteError } from '@bootwright/site-protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Judge } from '../auth/authorize.ts'
import type { Caller } from '../auth/callers.ts'
import type { Database } from '../database/database.ts'

const DIGEST = /^sha256:([\da-f]{64})$/

export interface RegistryOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly judge: Judge
  /** Is told of every content that is sent, in bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
}

/** What of the OCI distribution specification 1.1 concerns blobs. */
export function addRegistry(server: FastifyInstance, options: RegistryOptions): void {
  const { blobs, judge, onContent = () => {} } = options
  server.get('/v2/', judge.as('medium'), async () => ({}))
  server.route({
    method: ['GET', 'HEAD'],
    url: '/v2/:repository/blobs/:digest',
    ...judge.as('medium'),
    async handler(request, reply) {
      const caller = judge.callerOf(request)!
      const sha256 = sha256In(request)
      if (!(await mayRead(caller, sha256, options))) throw missing()
      const size = await blobs.sizeOf(sha256)
      if (size === undefined) throw missing()
      return sendBlob(request, reply, { sha256, size, blobs, onSent: onContent })
    },
  })
  addManifests(server, options)
  server.delete('/v2/:repository/blobs/:digest', judge.as('administrator'), async (request, reply) => {
    await blobs.remove(sha256In(request))
    return reply.code(202).send()
  })
  const uploads = '/v2/:repository/blobs/uploads/'
  server.post(uploads, judge.as('administrator'), async (request, reply) => {
    const upload = await blobs.begin()
    const { repository } = request.params as { readonly repository: string }
    return reply
      .code(202)
      .header('location', `/v2/${encodeURIComponent(repository)}/blobs/uploads/${upload}`)
      .send()
  })
  server.patch(`${uploads}:upload`, judge.as('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const [, from] = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '') ?? []
    const there = await blobs.sent(upload)
    if (from !== undefined && Number(from) !== there)
      return reply
        .code(416)
        .header('range', `0-${Math.max(there - 1, 0)}`)
        .send()
    if (request.body === undefined) throw new SiteError('REQUEST_INVALID', 'expected application/octet-stream')
    const size = await blobs.append(upload, request.body as Readable)
    return reply
      .code(202)
      .header('location', request.url)
      .header('range', `0-${Math.max(size - 1, 0)}`)
      .send()
  })
  server.put(`${uploads}:upload`, judge.as('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const sha256 = DIGEST.exec(String((request.query as { readonly digest?: string }).digest))?.[1]
    if (sha256 === undefined) throw new SiteError('REQUEST_INVALID', 'expected ?digest=sha256:…')
    if (request.body !== undefined && request.body !== null) await blobs.append(upload, request.body as Readable)
    await blobs.finish(upload, sha256)
    return reply.code(201).header('docker-content-digest', `sha256:${sha256}`).send()
  })
}

/** OCI distribution specification 1.1. */
const TAG = /^\w[\w.-]{0,127}$/
const IMAGE_TYPE = /^application\/vnd\.oci\.image\.(index|manifest)\.v1\+json$/

/** Manifests are for who administers: computers are told by the management point what they need. */
function addManifests(server: FastifyInstance, { database, blobs, judge }: RegistryOptions): void {
  server.addContentTypeParser(IMAGE_TYPE, { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  const url = '/v2/:repository/manifests/:reference'
  const referenceOf = ({ params }: FastifyRequest): string => (params as { readonly reference: string }).reference
  const digestOf = async (reference: string): Promise<string | undefined> =>
    DIGEST.exec(reference)?.[1] ??
    (await database.selectFrom('tags').select('sha256').where('tag', '=', reference).executeTakeFirst())?.sha256
  server.get('/v2/:repository/tags/list', judge.as('administrator'), async request => {
    const rows = await database.selectFrom('tags').select('tag').orderBy('tag').execute()
    const { repository: name } = request.params as { readonly repository: string }
    return { name, tags: rows.map(({ tag }) => tag) }
  })
  server.route({
    method: ['GET', 'HEAD'],
    url,
    ...judge.as('administrator'),
    async handler(request, reply) {
      const sha256 = await digestOf(referenceOf(request))
      const data = sha256 === undefined ? undefined : await blobs.whole(sha256)
      if (!data || !blobsNamed(data)) throw missing()
      return reply.header('docker-content-digest', `sha256:${sha256}`).type(mediaTypeOf(data)).send(data)
    },
  })
  server.put(url, judge.as('administrator'), async (request, reply) => {
    const data = request.body as Buffer
    const reference = referenceOf(request)
    const sha256 = createHash('sha256').update(data).digest('hex')
    const named = blobsNamed(data)
    if (!named || !IMAGE_TYPE.test(mediaTypeOf(data)))
      throw new SiteError('REQUEST_INVALID', 'expected an index or a manifest of an OCI image, which has its mediaType')
    if (!DIGEST.test(reference) && !TAG.test(reference))
      throw new SiteError('REQUEST_INVALID', `"${reference}" is no tag; expected letters, digits, dots and dashes`)
    if (reference.includes(':') && reference !== `sha256:${sha256}`)
      throw new SiteError('REQUEST_INVALID', `what was sent is not ${reference}; send it again`)
    for (const blob of named)
      if ((await blobs.sizeOf(blob.sha256)) !== blob.size)
        throw new SiteError('REQUEST_INVALID', `sha256:${blob.sha256} is not here; send it first`)
    await blobs.put(sha256, Readable.from([data]))
    if (!reference.includes(':'))
      await database
        .insertInto('tags')
        .values({ tag: reference, sha256 })
        .onConflict(conflict => conflict.column('tag').doUpdateSet({ sha256 }))
        .execute()
    return reply.code(201).header('docker-content-digest', `sha256:${sha256}`).send()
  })
  server.delete(url, judge.as('administrator'), async (request, reply) => {
    const sha256 = await digestOf(referenceOf(request))
    if (sha256 === undefined) throw missing()
    await database.deleteFrom('tags').where('sha256', '=', sha256).execute()
    await blobs.remove(sha256)
    return reply.code(202).send()
  })
}

const mediaTypeOf = (data: Uint8Array): string => String(JSON.parse(Buffer.from(data).toString()).mediaType)

function sha256In({ params }: FastifyRequest): string {
  const sha256 = DIGEST.exec((params as { readonly digest: string }).digest)?.[1]
  if (sha256 === undefined) throw missing()
  return sha256
}

const missing = (): SiteError => new SiteError('CONTENT_MISSING', 'there is no such content for this medium')

/** A medium reads what belongs to a sequence that a computer was given which it started, and nothing else. */
async function mayRead(caller: Caller, sha256: string, { database }: RegistryOptions): Promise<boolean> {
  if (caller.kind !== 'medium') return caller.kind === 'administrator'
  const row = await database
    .selectFrom('sequence_blobs')
    .innerJoin('grants', join =>
      join
        .onRef('grants.name', '=', 'sequence_blobs.name')
        .onRef('grants.revision', '=', 'sequence_blobs.revision')
        .on('grants.medium', '=', caller.id),
    )
    .select('sequence_blobs.name')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

interface Sent {
  readonly sha256: string
  readonly size: number
  readonly blobs: BlobStore
  onSent(sha256: string, bytes: number): void
}
function sendBlob(request: FastifyRequest, reply: FastifyReply, { sha256, size, blobs, onSent }: Sent): FastifyReply {
  reply.headers({
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'docker-content-digest': `sha256:${sha256}`,
    etag: `"sha256:${sha256}"`,
    'cache-control': 'public, max-age=31536000, immutable',
  })
  if (request.headers['if-none-match'] === `"sha256:${sha256}"`) return reply.code(304).send()
  const range = rangeOf(request.headers.range, size)
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${size}`).send()
  const { from, to } = range ?? { from: 0, to: size }
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size}`)
  reply.header('content-length', to - from)
  if (request.method === 'HEAD' || from === to) return reply.send()
  onSent(sha256, to - from)
  return reply.send(blobs.read(sha256, from, to))
}

/** RFC 9110 14: one range; several, and other units, are answered with the whole. */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | 'none' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!found) return undefined
  const [, first = '', last = ''] = found
  if (first === '' && last === '') return undefined
  if (first === '') return last === '0' ? 'none' : { from: Math.max(size - Number(last), 0), to: size }
  const from = Number(first)
  const to = last === '' ? size : Math.min(Number(last) + 1, size)
  return from >= size || to <= from ? 'none' : { from, to }
}
