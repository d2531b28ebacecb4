/** How one directory hierarchy writes names. */
export interface NameRule {
  /** `name` in the legal characters and length, with `tail` at the end of its stem. */
  write(name: string, tail: string): string
  /** Names with one key are the same name to some reader. */
  key(written: string): string
}

/**
 * A written name for each of some siblings, no two with the same key: numbered tails tell clashing names apart. A name that needs no
 * change keeps it, whatever its siblings are.
 */
export function uniqueNames(names: readonly string[], rule: NameRule): string[] {
  const wanted = names.map(name => rule.write(name, ''))
  const keys = wanted.map(rule.key)
  const taken = new Set<string>()
  const tails = new Map<string, number>()
  const result: string[] = []
  const claim = (index: number): void => {
    const key = keys[index]!
    let chosen = wanted[index]!
    let tail = tails.get(key) ?? 1
    for (let chosenKey = key; taken.has(chosenKey); chosenKey = rule.key(chosen)) {
      chosen = rule.write(names[index]!, `_${tail}`)
      tail += 1
    }
    tails.set(key, tail)
    taken.add(rule.key(chosen))
    result[index] = chosen
  }
  const isKept = (index: number): boolean => keys[index] === rule.key(names[index]!)
  for (const index of names.keys()) if (isKept(index)) claim(index)
  for (const index of names.keys()) if (!isKept(index)) claim(index)
  return result
}
