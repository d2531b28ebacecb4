/** Replaces a secret. */
export const MASK = '***'
/** Characters. Shorter values are common in ordinary text; variables are masked by name regardless of length. */
const SHORTEST_SECRET = 4

/** Masks secrets in text. */
export interface Masker {
  /** Adds a secret; each line of a multi-line secret is masked. */
  add(secret: string): void
  mask(text: string): string
  /** Length of the end of `text` that may be the beginning of a secret that continues in the next piece. */
  partialSecretLength(text: string): number
}

export function createMasker(): Masker {
  const secrets = new Set<string>()
  let longestFirst: readonly string[] = []
  return {
    add(secret) {
      for (const part of [secret, ...secret.split(/\r?\n/)])
        if (part.trim().length >= SHORTEST_SECRET) secrets.add(part)
      longestFirst = [...secrets].sort((a, b) => b.length - a.length)
    },
    mask: text => longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), text),
    partialSecretLength(text) {
      for (let length = Math.min(text.length, (longestFirst[0]?.length ?? 1) - 1); length > 0; length -= 1) {
        const end = text.slice(-length)
        if (longestFirst.some(secret => secret.length > length && secret.startsWith(end))) return length
      }
      return 0
    },
  }
}
