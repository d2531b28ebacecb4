import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { DigestCache } from '@bootwright/api'
import { BytesError, fingerprint, fromMemory, writeFile } from '@bootwright/bytes'

const DIGITS = { sha256: 64, sha1: 40 } as const

/** One small file for each fingerprint and algorithm, in the content library. With `isCold`, everything is computed and stored anew. */
export function openDigestCache(libraryFolder: string, isCold = false): DigestCache {
  const folderOf = (id: string): string => join(libraryFolder, 'digests', id.slice(0, 2))
  const fileOf = (id: string, algorithm: keyof typeof DIGITS): string =>
    join(folderOf(id), `${id.slice(2)}${algorithm === 'sha256' ? '' : `.${algorithm}`}`)
  return {
    async get(bytes, algorithm = 'sha256') {
      if (isCold) return undefined
      const text = (await fs.readFile(fileOf(fingerprint(bytes), algorithm), 'utf8').catch(() => '')).trim()
      return text.length === DIGITS[algorithm] && /^[0-9a-f]+$/.test(text) ? text : undefined
    },
    async set(bytes, digest, algorithm = 'sha256') {
      const id = fingerprint(bytes)
      try {
        await fs.mkdir(folderOf(id), { recursive: true })
        await writeFile(fileOf(id, algorithm), fromMemory(`${digest}\n`), { overwrite: true, durable: false })
      } catch (error) {
        // A full or read-only library costs time in the next build, but must not fail a complete medium.
        if (!(error instanceof BytesError) && !(error as NodeJS.ErrnoException).syscall) throw error
      }
    },
  }
}
