import type { BlobStore } from '@bootwright/distribution-point'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authorizer } from '../auth/authorize.ts'
import type { Caller } from '../auth/callers.ts'
import type { Database } from '../database/database.ts'
import { contentMissing, DIGEST } from './references.ts'

interface BlobRoutesOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly authorizer: Authorizer
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
}

export function addBlobRoutes(
  server: FastifyInstance,
  { database, blobs, authorizer, onContent = () => {} }: BlobRoutesOptions,
): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: '/v2/:repository/blobs/:digest',
    ...authorizer.require('medium'),
    async handler(request, reply) {
      const caller = authorizer.callerOf(request)!
      const sha256 = sha256In(request)
      if (!(await mayRead(database, caller, sha256))) throw contentMissing()
      const size = await blobs.sizeOf(sha256)
      if (size === undefined) throw contentMissing()
      return sendBlob(request, reply, { sha256, size, blobs, onContent })
    },
  })
  server.delete('/v2/:repository/blobs/:digest', authorizer.require('administrator'), async (request, reply) => {
    await blobs.remove(sha256In(request))
    return reply.code(202).send()
  })
}

function sha256In({ params }: FastifyRequest): string {
  const sha256 = DIGEST.exec((params as { readonly digest: string }).digest)?.[1]
  if (sha256 === undefined) throw contentMissing()
  return sha256
}

/** A medium may read only the blobs of sequences that were sent to a computer started from it. */
async function mayRead(database: Database, caller: Caller, sha256: string): Promise<boolean> {
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

interface BlobResponse {
  readonly sha256: string
  readonly size: number
  readonly blobs: BlobStore
  onContent(sha256: string, bytes: number): void
}
function sendBlob(
  request: FastifyRequest,
  reply: FastifyReply,
  { sha256, size, blobs, onContent }: BlobResponse,
): FastifyReply {
  reply.headers({
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'docker-content-digest': `sha256:${sha256}`,
    etag: `"sha256:${sha256}"`,
    'cache-control': 'public, max-age=31536000, immutable',
  })
  if (request.headers['if-none-match'] === `"sha256:${sha256}"`) return reply.code(304).send()
  const range = rangeOf(request.headers.range, size)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send()
  const { from, to } = range ?? { from: 0, to: size }
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size}`)
  reply.header('content-length', to - from)
  if (request.method === 'HEAD' || from === to) return reply.send()
  onContent(sha256, to - from)
  return reply.send(blobs.read(sha256, from, to))
}

/** A single byte range (RFC 9110 14); undefined, for the whole blob, for several ranges and for other units. */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!found) return undefined
  const [, first = '', last = ''] = found
  if (first === '' && last === '') return undefined
  if (first === '') return last === '0' ? 'unsatisfiable' : { from: Math.max(size - Number(last), 0), to: size }
  const from = Number(first)
  const to = last === '' ? size : Math.min(Number(last) + 1, size)
  return from >= size || to <= from ? 'unsatisfiable' : { from, to }
}
