import type { Comparison, Operator } from '../condition.ts'

/**
 * Whether `found` stands in this relation to what a comparison says. What is not there equals nothing and is neither greater nor less.
 * Two numbers are compared as numbers, other text without regard to case; `compare` says otherwise.
 */
export function holds(found: string | undefined, comparison: Comparison, compare: Compare = compareText): boolean {
  return Object.entries(comparison).every(([operator, value]) => {
    const test = TESTS[operator as Operator]
    return test === undefined || value === undefined || test(found, String(value), compare)
  })
}

/** Negative, 0 or positive. */
export type Compare = (a: string, b: string) => number

const TESTS: Readonly<Record<Operator, (found: string | undefined, value: string, compare: Compare) => boolean>> = {
  exists: found => found !== undefined,
  notExists: found => found === undefined,
  equals: (found, value, compare) => found !== undefined && compare(found, value) === 0,
  notEquals: (found, value, compare) => found === undefined || compare(found, value) !== 0,
  greater: (found, value, compare) => found !== undefined && compare(found, value) > 0,
  greaterEqual: (found, value, compare) => found !== undefined && compare(found, value) >= 0,
  less: (found, value, compare) => found !== undefined && compare(found, value) < 0,
  lessEqual: (found, value, compare) => found !== undefined && compare(found, value) <= 0,
  like: (found, value) => found !== undefined && isLike(found, value),
  notLike: (found, value) => found === undefined || !isLike(found, value),
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/
const compareText: Compare = (a, b) =>
  NUMBER.test(a) && NUMBER.test(b) ? Number(a) - Number(b) : order(a.toLowerCase(), b.toLowerCase())
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Part by part, as numbers: 10.0.9 is less than 10.0.22. */
export const compareVersions: Compare = (a, b) => {
  const [left, right] = [a, b].map(text => text.split('.').map(part => Number.parseInt(part, 10) || 0)) as [
    number[],
    number[],
  ]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Points in time, as ISO 8601 or however else `Date` reads them. */
export const compareTimes: Compare = (a, b) => Date.parse(a) - Date.parse(b)

/** `*` stands for any text, `?` for one character; case does not matter. */
export function isLike(text: string, pattern: string): boolean {
  const source = [...pattern]
    .map(each => (each === '*' ? '.*' : each === '?' ? '.' : each.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`, 'isu').test(text)
}
