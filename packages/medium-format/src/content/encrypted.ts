import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { MediumError } from '../document/medium-error.ts'

/**
 * Contents of a medium with `encrypt: content`: a salt, then chunks of 64 KiB, each with its tag (AES-256-GCM). The construction is that of
 * age's payload ("STREAM"): the nonce of a chunk is its number (11 bytes) and a flag for the last one, so that chunks cannot be moved,
 * removed or added. The key of a file is derived from the medium's key and the salt (HKDF-SHA-256), the salt from the medium's key and the
 * SHA-256 of the content (HMAC-SHA-256): equal contents are encrypted to equal bytes, different contents never with the same key, and
 * without the key the salt does not reveal which file it is.
 */
const ALGORITHM = 'aes-256-gcm'
const KEY = 32
const SALT = 32
const TAG = 16
const NONCE = 12
const CHUNK = 65_536
const INFO = 'bootwright content'

/** Size of the content key of a medium, in bytes. */
export const CONTENT_KEY_SIZE: number = KEY

/** Encrypted size of `size` bytes of content, in bytes. */
export const encryptedSize = (size: number): number => SALT + size + TAG * Math.max(1, Math.ceil(size / CHUNK))

/** Encrypts content whose SHA-256 is `sha256` (hexadecimal). */
export async function* encrypted(
  content: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  sha256: string,
): AsyncIterable<Uint8Array> {
  const salt = createHmac('sha256', key).update(Buffer.from(sha256, 'hex')).digest()
  const fileKey = keyOf(key, salt)
  yield salt
  for await (const { data, number, isLast } of inChunks(content, CHUNK)) {
    const cipher = createCipheriv(ALGORITHM, fileKey, nonce(number, isLast))
    yield Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()])
  }
}

/** Reads a range of the encrypted bytes; `length` may extend beyond their end. */
export type ReadStored = (offset: number, length: number) => Promise<Uint8Array>

/** Random access to content whose encrypted size is `storedSize`. Throws like {@link decrypted}. */
export async function openEncrypted(
  read: ReadStored,
  storedSize: number,
  key: Uint8Array,
): Promise<{ readonly size: number; read(offset: number, length: number): Promise<Uint8Array> }> {
  const fileKey = keyOf(key, await read(0, SALT))
  const body = storedSize - SALT
  const count = Math.max(1, Math.ceil(body / (CHUNK + TAG)))
  const size = body - count * TAG
  if (size < 0) throw broken()
  return {
    size,
    async read(offset, length) {
      const end = Math.min(offset + length, size)
      if (offset >= end) return new Uint8Array(0)
      const [first, last] = [Math.floor(offset / CHUNK), Math.floor((end - 1) / CHUNK)]
      const stored = await read(SALT + first * (CHUNK + TAG), (last - first + 1) * (CHUNK + TAG))
      const plain: Uint8Array[] = []
      for (let number = first; number <= last; number += 1) {
        const at = (number - first) * (CHUNK + TAG)
        const data = Buffer.from(stored.subarray(at, at + CHUNK + TAG))
        plain.push(openChunk({ data, number, isLast: number === count - 1 }, fileKey))
      }
      return Buffer.concat(plain).subarray(offset - first * CHUNK, end - first * CHUNK)
    },
  }
}

/** Decrypts content. Throws {@link MediumError} `CONTENT_ENCRYPTED` if it was encrypted with another key or has been changed. */
export async function* decrypted(content: AsyncIterable<Uint8Array>, key: Uint8Array): AsyncIterable<Uint8Array> {
  let fileKey: Uint8Array | undefined
  const rest = async function* (): AsyncIterable<Uint8Array> {
    let head = Buffer.alloc(0)
    for await (const piece of content) {
      if (fileKey) {
        yield piece
        continue
      }
      head = Buffer.concat([head, piece])
      if (head.length < SALT) continue
      fileKey = keyOf(key, head.subarray(0, SALT))
      yield head.subarray(SALT)
    }
  }
  for await (const chunk of inChunks(rest(), CHUNK + TAG)) {
    if (!fileKey) throw broken()
    yield openChunk(chunk, fileKey)
  }
}

function openChunk({ data, number, isLast }: Chunk, fileKey: Uint8Array): Uint8Array {
  if (data.length < TAG) throw broken()
  const decipher = createDecipheriv(ALGORITHM, fileKey, nonce(number, isLast))
  decipher.setAuthTag(data.subarray(data.length - TAG))
  const plain = decipher.update(data.subarray(0, data.length - TAG))
  try {
    decipher.final()
  } catch {
    throw broken()
  }
  return plain
}

const keyOf = (key: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, salt, INFO, KEY))

function nonce(number: number, isLast: boolean): Uint8Array {
  const bytes = Buffer.alloc(NONCE)
  bytes.writeUIntBE(number, NONCE - 1 - 6, 6)
  bytes[NONCE - 1] = isLast ? 1 : 0
  return bytes
}

const broken = (): MediumError =>
  new MediumError(
    'CONTENT_ENCRYPTED',
    'encrypted content has been changed or belongs to another medium; rebuild the medium',
  )

interface Chunk {
  readonly data: Buffer
  readonly number: number
  readonly isLast: boolean
}
/** Splits content into chunks of `size` bytes. The last one may be shorter; empty content gives one empty chunk. */
async function* inChunks(content: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Chunk> {
  let waiting: Uint8Array[] = []
  let length = 0
  let number = 0
  for await (const piece of content) {
    waiting.push(piece)
    length += piece.length
    if (length <= size) continue
    const all = Buffer.concat(waiting, length)
    let at = 0
    // The remainder is never empty: it contains the last chunk.
    for (; all.length - at > size; at += size) {
      yield { data: all.subarray(at, at + size), number, isLast: false }
      number += 1
    }
    waiting = [all.subarray(at)]
    length -= at
  }
  yield { data: Buffer.concat(waiting, length), number, isLast: true }
}
