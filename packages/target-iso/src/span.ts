import type { FinishedMedium } from '@bootwright/api'
import type { Entry, Tree } from '@bootwright/bytes'
import type { IsoPlan } from '@bootwright/format-iso'
import { layOut } from './lay-out.ts'

/** A medium that does not fit. `needed` and `available` are in bytes. */
export class MediaSizeError extends Error {
  readonly code = 'MEDIA_SIZE'
  readonly needed: number
  readonly available: number
  constructor(what: string, needed: number, available: number, advice: string) {
    super(`${what} needs ${needed} bytes and mediaSize allows ${available}; ${advice}`)
    this.name = 'MediaSizeError'
    this.needed = needed
    this.available = available
  }
}

/**
 * The images of a set, each at most `available` bytes. The first one starts the computer. What differs from part to part is only which
 * of the files under `content/` it holds; all else is on every one, so that each can be recognised.
 */
export function span(medium: FinishedMedium, available: number): readonly IsoPlan[] {
  const whole = layOut(medium)
  if (whole.bytes.size <= available) return [whole]
  if (!medium.canSpan)
    throw new MediaSizeError(
      `medium "${medium.name}"`,
      whole.bytes.size,
      available,
      `${medium.type} media do not span; raise mediaSize or remove content`,
    )

  const common = new Map<string, Entry>()
  const content: [string, Entry][] = []
  for (const [path, entry] of medium.tree) {
    if (path.startsWith('content/')) content.push([path, entry])
    else common.set(path, entry)
  }
  content.sort(([a], [b]) => (a < b ? -1 : 1))
  const plans: IsoPlan[] = []
  let held = new Map(common)
  let plan = fitting(medium, held, available, 'what every part holds')
  for (const [path, entry] of content) {
    const more = layOut(medium, new Map([...held, [path, entry]]))
    if (more.bytes.size <= available) {
      held.set(path, entry)
      plan = more
      continue
    }
    plans.push(plan)
    held = new Map([...common, [path, entry]])
    plan = fitting(medium, held, available, `"${path}" with what every part holds`)
  }
  return [...plans, plan]
}

function fitting(medium: FinishedMedium, tree: Tree, available: number, what: string): IsoPlan {
  const plan = layOut(medium, tree)
  if (plan.bytes.size <= available) return plan
  throw new MediaSizeError(what, plan.bytes.size, available, 'raise mediaSize')
}
