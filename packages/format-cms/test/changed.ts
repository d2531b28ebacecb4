import type { X509Certificate } from 'node:crypto'
import { CmsError, verifySignedData } from '../src/index.ts'

/** Whether all signers of a message are trusted. One that is refused by a typed error is not accepted, any other error is a fault. */
export const accepts =
  (content: Uint8Array, trusted: readonly X509Certificate[]) =>
  (message: Uint8Array): boolean => {
    try {
      const signers = verifySignedData(message, { content, trusted })
      return signers.length > 0 && signers.every(({ problem }) => !problem)
    } catch (error) {
      if (error instanceof CmsError) return false
      throw error
    }
  }

export function flipped(message: Uint8Array, bit: number): Uint8Array {
  const changed = Buffer.from(message)
  changed[bit >> 3]! ^= 1 << (bit & 7)
  return changed
}

/** So many copies of a message, each with one byte changed and some of them cut; the same ones each time. */
export function changedMessages(message: Uint8Array, count: number): readonly Uint8Array[] {
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({ length: count }, () => {
    const changed = Buffer.from(message)
    const place = random(changed.length)
    changed[place]! ^= 1 + random(255)
    return random(8) === 0 ? changed.subarray(0, random(changed.length)) : changed
  })
}
