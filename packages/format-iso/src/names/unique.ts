/** How one directory hierarchy writes names. */
export interface NameRule {
  /** `name` in the legal characters and length, with `tail` at the end of its stem. */
  write(name: string, tail: string): string
  /** Names with one key are the same name to some reader. */
  key(written: string): string
}

/**
 * A written name for each of some siblings, no two with the same key: numbered tails tell clashing names apart. Names that are written
 * as they are, but for case, come before those that must change.
 */
export function uniqueNames(names: readonly string[], rule: NameRule): string[] {
  const taken = new Set<string>()
  const nextNumbers = new Map<string, number>()
  const result: string[] = []

  const claim = (chosen: string): boolean => {
    const key = rule.key(chosen)
    if (taken.has(key)) return false
    taken.add(key)
    return true
  }
  const numbered = (name: string): string => {
    for (let digits = 1; ; digits += 1) {
      // Names that are the same with one tail are the same with each of its length: they count together, so that none counts in vain.
      const family = rule.key(rule.write(name, `_${'0'.repeat(digits)}`))
      for (let number = nextNumbers.get(family) ?? 10 ** (digits - 1); number < 10 ** digits; number += 1) {
        nextNumbers.set(family, number + 1)
        const chosen = rule.write(name, `_${number}`)
        if (claim(chosen)) return chosen
      }
    }
  }
  const wanted = names.map(name => rule.write(name, ''))
  const isKept = names.map((name, index) => rule.key(wanted[index]!) === rule.key(name))
  for (const turn of [true, false])
    for (const [index, name] of names.entries())
      if (isKept[index] === turn) result[index] = claim(wanted[index]!) ? wanted[index]! : numbered(name)
  return result
}
