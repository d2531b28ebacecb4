import { closest, distance } from 'fastest-levenshtein'

/**
 * The name among `known` that was probably meant by `name`: one that differs in case only, one that `name` abbreviates without doubt, or the
 * nearest by edit distance. A third of the letters may be wrong, in words of four and more at least two (one swap); otherwise undefined.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const lower = name.toLowerCase()
  const sameButCase = known.find(candidate => candidate.toLowerCase() === lower)
  if (sameButCase) return sameButCase
  const completions = known.filter(candidate => candidate.toLowerCase().startsWith(lower))
  if (lower.length >= 3 && completions.length === 1) return completions[0]
  const candidate = closest(name, known)
  const limit = Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 3))
  return distance(lower, candidate.toLowerCase()) <= limit ? candidate : undefined
}

/** The end of a message about an unknown name: `; did you mean "targets"? known: label, targets, type`. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  const list = known.length === 0 ? 'none' : known.join(', ')
  return meant === undefined ? `; known: ${list}` : `; did you mean "${meant}"? known: ${list}`
}
