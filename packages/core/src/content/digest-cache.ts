import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { DigestCache } from '@bootwright/api'
import { BytesError, fingerprint, fromMemory, writeFile } from '@bootwright/bytes'

/** One small file for each fingerprint, in the content library. `isCold` recomputes everything, and remembers that. */
export function openDigestCache(libraryFolder: string, isCold = false): DigestCache {
  const fileOf = (id: string): string => join(libraryFolder, 'digests', id.slice(0, 2), id.slice(2))
  return {
    async get(bytes) {
      if (isCold) return undefined
      const text = await fs.readFile(fileOf(fingerprint(bytes)), 'utf8').catch(() => '')
      return /^[0-9a-f]{64}\n$/.test(text) ? text.trim() : undefined
    },
    async set(bytes, sha256) {
      const id = fingerprint(bytes)
      try {
        await fs.mkdir(join(libraryFolder, 'digests', id.slice(0, 2)), { recursive: true })
        await writeFile(fileOf(id), fromMemory(`${sha256}\n`), { overwrite: true, durable: false })
      } catch (error) {
        // A full or read-only library costs time at the next build; it is no reason to fail a medium that is complete.
        if (!(error instanceof BytesError) && !(error as NodeJS.ErrnoException).syscall) throw error
      }
    },
  }
}
