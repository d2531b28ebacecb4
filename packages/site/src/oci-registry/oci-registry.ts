import type { BlobStore } from '@bootwright/distribution-point'
import type { FastifyInstance } from 'fastify'
import type { Authorizer } from '../auth/authorize.ts'
import type { Database } from '../database/database.ts'
import { addBlobRoutes } from './blob-routes.ts'
import { addManifestRoutes } from './manifest-routes.ts'
import { addUploadRoutes } from './upload-routes.ts'

export interface OciRegistryOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly authorizer: Authorizer
  /** Called for each content that is sent, with the number of bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
}

/** Adds the distribution point: the endpoints of the OCI distribution specification 1.1 that contents need. */
export function addOciRegistry(server: FastifyInstance, options: OciRegistryOptions): void {
  const { authorizer } = options
  server.get('/v2/', authorizer.require('medium'), async () => ({}))
  addBlobRoutes(server, options)
  addUploadRoutes(server, options)
  addManifestRoutes(server, options)
}
