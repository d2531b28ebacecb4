import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { blobUrl, type Connection, ConnectionError, hasBlob, readBlob, writeBlob } from '@bootwright/site-protocol'
import * as z from 'zod'
import type { ContentStore } from './content-store.ts'

const tagList = z.looseObject({ tags: z.array(z.string()).nullish() })
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/octet-stream',
].join(', ')

/** A repository of an OCI registry: `https://images.corp.example/lab`. OCI distribution specification 1.1. */
export function registryStore(url: string, connection: Connection): ContentStore {
  const { origin, pathname, host } = new URL(url)
  const base = `${origin}/v2/${pathname.replaceAll(/^\/+|\/+$/g, '')}`
  const refused = ({ statusCode }: IncomingMessage, action: string): ConnectionError =>
    new ConnectionError('UNREACHABLE', `${host} refused to ${action} (status ${statusCode})`)
  const remove = async (path: string): Promise<void> => {
    const response = await connection.send(`${base}/${path}`, { method: 'DELETE' })
    response.resume()
    const { statusCode = 0 } = response
    if (statusCode === 405)
      throw new ConnectionError(
        'UNREACHABLE',
        `${host} does not allow deletion; enable it (Docker Registry: storage.delete.enabled)`,
      )
    if (statusCode !== 202 && statusCode !== 404) throw refused(response, 'delete content')
  }
  return {
    name: url,
    async tags() {
      const tags: string[] = []
      for (let next: string | undefined = `${base}/tags/list`; next !== undefined; ) {
        const response: IncomingMessage = await connection.send(next, { method: 'GET' })
        const body = await buffer(response)
        // A repository exists once something has been pushed to it.
        if (response.statusCode === 404) break
        const list = response.statusCode === 200 ? tagList.safeParse(JSON.parse(body.toString())) : undefined
        if (!list?.success) throw refused(response, 'list tags')
        tags.push(...(list.data.tags ?? []))
        const link = /<([^>]+)>;\s*rel="next"/.exec(String(response.headers.link ?? ''))?.[1]
        next = link === undefined ? undefined : new URL(link, next).href
      }
      return tags
    },
    async manifest(reference) {
      const response = await connection.send(`${base}/manifests/${reference}`, {
        method: 'GET',
        headers: { accept: MANIFESTS },
      })
      const body = await buffer(response)
      if (response.statusCode === 404) return undefined
      if (response.statusCode !== 200) throw refused(response, `send the manifest ${reference}`)
      return body
    },
    async putManifest({ sha256, mediaType, data }, tag = `sha256:${sha256}`) {
      const response = await connection.send(`${base}/manifests/${tag}`, {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: data,
      })
      const body = await buffer(response)
      if (response.statusCode !== 201) throw refused(response, `accept the manifest: ${body.toString().slice(0, 200)}`)
    },
    removeManifest: (_, sha256) => remove(`manifests/sha256:${sha256}`),
    has: ({ sha256 }) => hasBlob(connection, blobUrl(url, sha256)),
    read: ({ sha256 }) => readBlob(connection, blobUrl(url, sha256)),
    write: ({ sha256, size }, read) => writeBlob(connection, url, { sha256, size, read }),
    removeBlob: ({ sha256 }) => remove(`blobs/sha256:${sha256}`),
  }
}
