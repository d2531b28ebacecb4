/** `%NAME%`: what may be a variable. */
const REFERENCE = /%([A-Za-z_][A-Za-z0-9_-]*)%/g
/** A value that holds references itself: `A` is `%B%`. Deeper, or in a ring, what is left stays as it is. */
const DEEPEST = 10

/** Replaces every `%NAME%` of a variable that is set. Of one that is not set, the text stays: `date +%H%M` is no reference. */
export function expand(text: string, get: (name: string) => string | undefined): string {
  let expanded = text
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const before = expanded
    expanded = before.replaceAll(REFERENCE, (whole, name: string) => get(name) ?? whole)
    if (expanded === before) break
  }
  return expanded
}

/** The same for every text in the options of a step. Secrets, and options whose names are in `verbatim`, stay as they are. */
export function expandAll(
  options: unknown,
  get: (name: string) => string | undefined,
  verbatim: readonly string[] = [],
): unknown {
  if (typeof options === 'string') return expand(options, get)
  if (Array.isArray(options)) return options.map(item => expandAll(item, get))
  if (typeof options !== 'object' || options === null || 'secret' in options) return options
  const change = ([key, item]: readonly [string, unknown]) =>
    [key, verbatim.includes(key) ? item : expandAll(item, get)] as const
  return Object.fromEntries(Object.entries(options).map(change))
}
