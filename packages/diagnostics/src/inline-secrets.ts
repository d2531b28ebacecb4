import type { Path } from './findings.ts'

/** Keys whose value is a secret, wherever they stand: as text, the secret itself; as a map, a reference to it. */
const SECRET_KEYS: readonly string[] = ['password', 'secret']

/** Where secrets are written in plain text. */
export function inlineSecrets(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return isSecretKey(path.at(-1)) ? [path] : []
  return entriesOf(value).flatMap(([key, item]) => inlineSecrets(item, [...path, key]))
}

/** A copy in which a fixed text stands for every secret that is written in plain text, so that no digest of it depends on them. */
export function withoutInlineSecrets(value: unknown, key?: string | number): unknown {
  if (typeof value !== 'object' || value === null) return isSecretKey(key) ? '(secret)' : value
  if (Array.isArray(value)) return value.map((item, index) => withoutInlineSecrets(item, index))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutInlineSecrets(item, name)]))
}

/** Whether what is written at `path` may be a secret and must not be repeated in a message. */
export const isBelowSecret = (path: Path): boolean => path.some(isSecretKey)

const isSecretKey = (key: string | number | undefined): boolean => typeof key === 'string' && SECRET_KEYS.includes(key)

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
