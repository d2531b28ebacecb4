import type { Path } from './findings.ts'

/** Keys whose value is a secret, at any depth: a text is the secret itself, a map is a reference to it. */
const SECRET_KEYS: readonly string[] = ['password', 'secret']

/** Paths of secrets in plain text. */
export function inlineSecrets(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return isSecretKey(path.at(-1)) ? [path] : []
  return entriesOf(value).flatMap(([key, item]) => inlineSecrets(item, [...path, key]))
}

/** A copy in which a fixed text replaces every secret in plain text, so that digests do not depend on secrets. */
export function withoutInlineSecrets(value: unknown, key?: string | number): unknown {
  if (typeof value !== 'object' || value === null) return isSecretKey(key) ? '(secret)' : value
  if (Array.isArray(value)) return value.map((item, index) => withoutInlineSecrets(item, index))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutInlineSecrets(item, name)]))
}

/** Whether the value at `path` may be a secret and must not be repeated in a message. */
export const isBelowSecret = (path: Path): boolean => path.some(isSecretKey)

const isSecretKey = (key: string | number | undefined): boolean => typeof key === 'string' && SECRET_KEYS.includes(key)

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
