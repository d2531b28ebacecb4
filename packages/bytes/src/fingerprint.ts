import { createHash } from 'node:crypto'
import type { Bytes } from './bytes.ts'

/**
 * Identifies the sources of some bytes without reading them: 64 hexadecimal digits. Equal fingerprints mean equal content, as long as the files
 * are unmodified (their device, inode, size and time stamps are part of it).
 */
export function fingerprint(bytes: Bytes): string {
  const hash = createHash('sha256')
  for (const segment of bytes.segments()) {
    if (segment.kind === 'zero') hash.update(`zero ${segment.length}\n`)
    else if (segment.kind === 'memory') hash.update(`memory ${segment.length}\n`).update(segment.data)
    else if (segment.kind === 'file')
      hash.update(`file ${segment.source.identity} ${segment.offset} ${segment.length}\n`)
    else hash.update(`computed ${JSON.stringify(segment.computation.id)} ${segment.offset} ${segment.length}\n`)
  }
  return hash.digest('hex')
}
