import type { Blob } from '../documents/blob.ts'
import { blobsOf, type PublishedSequence } from '../documents/published-sequence.ts'
import { decodeChunks } from './chunks.ts'

/**
 * Every blob that a sequence needs, without duplicates, including the chunks of its files. `read` returns the chunk list stored as a blob; when it
 * returns undefined, the chunks of that file are left out.
 */
export async function requiredBlobs(
  published: Pick<PublishedSequence, 'steps' | 'contents'>,
  read: (list: Blob) => Promise<Uint8Array | undefined>,
): Promise<readonly Blob[]> {
  const needed = new Map(blobsOf(published).map(each => [each.sha256, each]))
  for (const { chunks } of published.contents.flatMap(({ files }) => files)) {
    const list = chunks && (await read(chunks))
    for (const chunk of list ? decodeChunks(list) : []) needed.set(chunk.sha256, chunk)
  }
  return [...needed.values()]
}
