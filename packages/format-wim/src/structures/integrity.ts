import { type Bytes, digest, slice } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import { HEADER_SIZE } from './header.ts'

/** SHA-1 of each piece of a WIM, from behind its header to the end of its lookup table (wimlib, integrity.c). */
export interface IntegrityTable {
  /** Bytes of a piece. */
  readonly pieceSize: number
  readonly digests: readonly string[]
}

const FIELD = { size: 0, count: 4, pieceSize: 8, digests: 12 } as const
const SHA1_SIZE = 20
/** As the established tools have it. Bytes. */
const PIECE_SIZE = 10 << 20
const PIECE_LIMIT = 1 << 30
/** Of pieces of 10 MiB: 8 TiB. Bytes. */
export const INTEGRITY_LIMIT: number = 16 << 20

export const integrityTable = {
  /** Throws {@link WimError}. */
  decode(bytes: Buffer, offset: number): IntegrityTable {
    const fail = (message: string): never => {
      throw new WimError('WIM_FIELD', 'integrity table', message, { offset })
    }
    if (bytes.length < FIELD.digests) fail(`${bytes.length} bytes; expected at least ${FIELD.digests}`)
    const count = bytes.readUInt32LE(FIELD.count)
    const pieceSize = bytes.readUInt32LE(FIELD.pieceSize)
    if (FIELD.digests + count * SHA1_SIZE > bytes.length) fail(`${count} digests in ${bytes.length} bytes`)
    if (pieceSize === 0 || pieceSize > PIECE_LIMIT) fail(`pieces of ${pieceSize} bytes; expected 1 to ${PIECE_LIMIT}`)
    const digests = Array.from({ length: count }, (_, index) => {
      const at = FIELD.digests + index * SHA1_SIZE
      return bytes.toString('hex', at, at + SHA1_SIZE)
    })
    return { pieceSize, digests }
  },
  encode({ pieceSize, digests }: IntegrityTable): Buffer {
    const bytes = Buffer.alloc(FIELD.digests + digests.length * SHA1_SIZE)
    bytes.writeUInt32LE(bytes.length, FIELD.size)
    bytes.writeUInt32LE(digests.length, FIELD.count)
    bytes.writeUInt32LE(pieceSize, FIELD.pieceSize)
    for (const [index, sha1] of digests.entries()) bytes.write(sha1, FIELD.digests + index * SHA1_SIZE, 'hex')
    return bytes
  },
} as const

/**
 * The table of a WIM whose lookup table ends at `end`. What `before` says of a WIM that is the same up to byte `sameUpTo` is not computed
 * again.
 */
export async function computeIntegrity(
  wim: Bytes,
  end: number,
  {
    before,
    sameUpTo = 0,
    signal,
  }: { readonly before?: IntegrityTable; readonly sameUpTo?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<IntegrityTable> {
  const pieceSize = before?.pieceSize ?? PIECE_SIZE
  const digests: string[] = []
  for (let at = HEADER_SIZE; at < end; at += pieceSize) {
    const pieceEnd = Math.min(at + pieceSize, end)
    const known = pieceEnd === at + pieceSize && pieceEnd <= sameUpTo ? before?.digests[digests.length] : undefined
    digests.push(known ?? (await digest(slice(wim, at, pieceEnd), 'sha1', { signal })))
  }
  return { pieceSize, digests }
}
