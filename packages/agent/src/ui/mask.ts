/** What is shown in the place of a secret. */
export const MASK = '***'
/** Shorter values would turn ordinary text into a row of masks; variables are masked by name, whatever their length. */
const SHORTEST_SECRET = 4

/** Takes the secrets out of text. It learns them as they become known. */
export interface Masker {
  /** From now on `secret` is not shown; of a text of several lines, no line. */
  add(secret: string): void
  mask(text: string): string
  /** How much of the end of `text` may be the beginning of a secret that goes on in the next piece. */
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
