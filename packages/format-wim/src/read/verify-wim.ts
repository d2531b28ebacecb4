import { createHash } from 'node:crypto'
import { openReader } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import type { WimBlob } from './blobs.ts'
import type { Wim } from './read-wim.ts'

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes that were verified, decompressed. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/** Something that is not what its SHA-1 says. */
export interface WimFault {
  readonly sha1: string
  readonly error: WimError
}

/** Verifies every blob and every image's metadata by its SHA-1. Reads the whole WIM once, in order. */
export async function verifyWim(wim: Wim, { signal, onProgress }: VerifyOptions = {}): Promise<readonly WimFault[]> {
  const faults: WimFault[] = []
  const all = [...wim.blobs.values(), ...wim.metadata]
  let done = 0
  for (const [index, bytes] of wim.parts.entries()) {
    await using reader = openReader(bytes)
    for (const blob of all.filter(({ part }) => part === index + 1).sort(inWimOrder)) {
      signal?.throwIfAborted()
      const { sha1, position, size } = blob
      try {
        const hash = createHash('sha1')
        for await (const piece of blob.read(reader, signal)) hash.update(piece)
        const found = hash.digest('hex')
        if (found !== sha1)
          throw new WimError('WIM_DIGEST', 'blob', `its SHA-1 is ${found}; expected ${sha1}`, { offset: position })
      } catch (error) {
        if (!(error instanceof WimError)) throw error
        faults.push({ sha1, error })
      }
      done += size
      onProgress?.(done)
    }
  }
  return faults
}

export const inWimOrder = (a: WimBlob, b: WimBlob): number =>
  a.position - b.position || a.resource.offset - b.resource.offset
