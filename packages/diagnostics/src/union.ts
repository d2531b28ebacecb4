import { type Issue, valueAt } from './issues.ts'

/**
 * The branch of a union that the user most likely meant: the one that accepts this kind of value and of whose keys the fewest are missing
 * or unknown. None, when no branch accepts this kind of value.
 */
export function branchOf({ branches = [] }: Issue, value: unknown): readonly Issue[] | undefined {
  let best: readonly Issue[] | undefined
  let least = Number.POSITIVE_INFINITY
  for (const branch of branches) {
    const distance = branch.reduce((sum, issue) => sum + distanceOf(issue, value), 0)
    if (distance < least) [best, least] = [branch, distance]
  }
  return best
}

/** A missing or unknown key, or another fixed value, indicates another branch; mistakes deeper inside, or in the form of a value, hardly do. */
const SLIGHT = 1 / 16

function distanceOf(issue: Issue, value: unknown): number {
  if (issue.code === 'unrecognized_keys') return issue.keys?.length ?? 1
  if (issue.path.length > 0) {
    const isChoice =
      issue.path.length === 1 && (issue.code === 'invalid_value' || valueAt(value, issue.path) === undefined)
    return isChoice ? 1 : SLIGHT
  }
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') return Number.POSITIVE_INFINITY
  if (issue.code === 'invalid_union' && issue.branches)
    return Math.min(...issue.branches.map(branch => branch.reduce((sum, inner) => sum + distanceOf(inner, value), 0)))
  return SLIGHT
}
