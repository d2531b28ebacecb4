import { Readable } from 'node:stream'
import { type BlobStore, referencedBlobs } from '@bootwright/distribution-point'
import { SiteError, sha256Of } from '@bootwright/site-protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authorizer } from '../auth/authorize.ts'
import type { Database } from '../database/database.ts'
import { contentMissing, DIGEST } from './references.ts'

interface ManifestRoutesOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly authorizer: Authorizer
}

/** OCI distribution specification 1.1. */
const TAG = /^\w[\w.-]{0,127}$/
const IMAGE_TYPE = /^application\/vnd\.oci\.image\.(index|manifest)\.v1\+json$/
const MANIFESTS = '/v2/:repository/manifests/:reference'

/** Manifests are for administrators only: computers learn from the management point which blobs they need. */
export function addManifestRoutes(
  server: FastifyInstance,
  { database, blobs, authorizer }: ManifestRoutesOptions,
): void {
  server.addContentTypeParser(IMAGE_TYPE, { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  const referenceOf = ({ params }: FastifyRequest): string => (params as { readonly reference: string }).reference
  const sha256Named = async (reference: string): Promise<string | undefined> =>
    DIGEST.exec(reference)?.[1] ??
    (await database.selectFrom('tags').select('sha256').where('tag', '=', reference).executeTakeFirst())?.sha256
  server.get('/v2/:repository/tags/list', authorizer.require('administrator'), async request => {
    const rows = await database.selectFrom('tags').select('tag').orderBy('tag').execute()
    const { repository: name } = request.params as { readonly repository: string }
    return { name, tags: rows.map(({ tag }) => tag) }
  })
  server.route({
    method: ['GET', 'HEAD'],
    url: MANIFESTS,
    ...authorizer.require('administrator'),
    async handler(request, reply) {
      const sha256 = await sha256Named(referenceOf(request))
      const data = sha256 === undefined ? undefined : await blobs.readAll(sha256)
      if (!data || !referencedBlobs(data)) throw contentMissing()
      return reply.header('docker-content-digest', `sha256:${sha256}`).type(mediaTypeOf(data)).send(data)
    },
  })
  server.put(MANIFESTS, authorizer.require('administrator'), async (request, reply) => {
    const data = request.body as Buffer
    const reference = referenceOf(request)
    const sha256 = sha256Of(data)
    const referenced = referencedBlobs(data)
    if (!referenced || !IMAGE_TYPE.test(mediaTypeOf(data)))
      throw new SiteError('REQUEST_INVALID', 'expected an OCI image index or image manifest with its mediaType')
    if (!DIGEST.test(reference) && !TAG.test(reference))
      throw new SiteError(
        'REQUEST_INVALID',
        `"${reference}" is not a tag; expected at most 128 letters, digits, dots, underscores and hyphens`,
      )
    if (reference.includes(':') && reference !== `sha256:${sha256}`)
      throw new SiteError(
        'REQUEST_INVALID',
        `the digest of the manifest is sha256:${sha256}, not ${reference}; send it again`,
      )
    for (const blob of referenced)
      if ((await blobs.sizeOf(blob.sha256)) !== blob.size)
        throw new SiteError('REQUEST_INVALID', `sha256:${blob.sha256} is missing; send it before the manifest`)
    await blobs.put(sha256, Readable.from([data]))
    if (!reference.includes(':'))
      await database
        .insertInto('tags')
        .values({ tag: reference, sha256 })
        .onConflict(conflict => conflict.column('tag').doUpdateSet({ sha256 }))
        .execute()
    return reply.code(201).header('docker-content-digest', `sha256:${sha256}`).send()
  })
  server.delete(MANIFESTS, authorizer.require('administrator'), async (request, reply) => {
    const sha256 = await sha256Named(referenceOf(request))
    if (sha256 === undefined) throw contentMissing()
    await database.deleteFrom('tags').where('sha256', '=', sha256).execute()
    await blobs.remove(sha256)
    return reply.code(202).send()
  })
}

const mediaTypeOf = (data: Uint8Array): string => String(JSON.parse(Buffer.from(data).toString()).mediaType)
