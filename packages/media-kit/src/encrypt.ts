import { createHash } from 'node:crypto'
import { type Bytes, chunks, computed } from '@bootwright/bytes'
import { encrypted, encryptedSize } from '@bootwright/medium-format'

/** Content with this SHA-256 as it is on a medium whose contents are encrypted. */
export function encryptedBytes(content: Bytes, key: Uint8Array, sha256: string): Bytes {
  const keyId = createHash('sha256').update(key).digest('hex')
  return computed({
    id: `content ${sha256} encrypted with ${keyId}`,
    size: encryptedSize(content.size),
    produce: signal => encrypted(chunks(content, { signal }), key, sha256),
  })
}
