import type { Readable } from 'node:stream'
import type { BlobStore } from '@bootwright/distribution-point'
import { SiteError } from '@bootwright/site-protocol'
import type { FastifyInstance } from 'fastify'
import type { Authorizer } from '../auth/authorize.ts'
import { DIGEST } from './references.ts'

interface UploadRoutesOptions {
  readonly blobs: BlobStore
  readonly authorizer: Authorizer
}

const UPLOADS = '/v2/:repository/blobs/uploads/'

export function addUploadRoutes(server: FastifyInstance, { blobs, authorizer }: UploadRoutesOptions): void {
  server.post(UPLOADS, authorizer.require('administrator'), async (request, reply) => {
    const upload = await blobs.startUpload()
    const { repository } = request.params as { readonly repository: string }
    return reply
      .code(202)
      .header('location', `/v2/${encodeURIComponent(repository)}/blobs/uploads/${upload}`)
      .send()
  })
  server.patch(`${UPLOADS}:upload`, authorizer.require('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const [, from] = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '') ?? []
    const received = await blobs.uploadedSize(upload)
    if (from !== undefined && Number(from) !== received)
      return reply
        .code(416)
        .header('range', `0-${Math.max(received - 1, 0)}`)
        .send()
    if (request.body === undefined) throw new SiteError('REQUEST_INVALID', 'expected application/octet-stream')
    const size = await blobs.append(upload, request.body as Readable)
    return reply
      .code(202)
      .header('location', request.url)
      .header('range', `0-${Math.max(size - 1, 0)}`)
      .send()
  })
  server.put(`${UPLOADS}:upload`, authorizer.require('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const sha256 = DIGEST.exec(String((request.query as { readonly digest?: string }).digest))?.[1]
    if (sha256 === undefined) throw new SiteError('REQUEST_INVALID', 'expected ?digest=sha256:…')
    if (request.body !== undefined && request.body !== null) await blobs.append(upload, request.body as Readable)
    await blobs.finish(upload, sha256)
    return reply.code(201).header('docker-content-digest', `sha256:${sha256}`).send()
  })
}
