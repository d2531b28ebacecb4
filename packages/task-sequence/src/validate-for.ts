import type { Architecture, Platform } from '@bootwright/api'
import type { DefinitionFinding } from '@bootwright/diagnostics'
import type { Condition } from './condition.ts'
import { groupsAround } from './run/walk.ts'
import type { StepLookup, ValidatedSequence } from './validate.ts'

/** Where a sequence is to run. */
export interface RunLocation {
  /** Of the boot image; undefined when there is none. */
  readonly platform: Platform | undefined
  readonly architecture: Architecture
  /** For messages: `standalone media`. */
  readonly media: string
  readonly has: readonly ('network' | 'managementPoint')[]
}

const REASONS = {
  network: 'needs a network',
  managementPoint: 'needs a management point',
} as const

/** Steps of the sequence that cannot run there, each by its name. */
export function validateFor(
  { nodes }: ValidatedSequence,
  lookup: StepLookup,
  place: RunLocation,
): readonly DefinitionFinding[] {
  const { platform, architecture, media, has } = place
  return nodes.flatMap((node, index) => {
    if (node.kind === 'group') return []
    const step = lookup.use('step', node.type)
    const around = [...groupsAround(nodes, index).map(at => nodes[at]!), node]
    const mayRun = around.every(
      ({ condition }) => !condition || mayHold(condition, { platform, architecture }) !== false,
    )
    if (!mayRun) return []
    const missing = (step.needs ?? []).filter(need => !has.includes(need))
    return [
      ...missing.map(need =>
        node.finding(
          'error',
          `the step "${node.name}" (${step.title}) ${REASONS[need]}, which ${media} have not; remove it`,
        ),
      ),
      ...(platform !== undefined && !step.platforms.includes(platform)
        ? [
            node.finding(
              'error',
              `the step "${node.name}" (${step.title}) runs on ${step.platforms.join(' and ')}, and the boot image is ${platform}; remove it, or give it condition: { platform: ${step.platforms[0]} }`,
            ),
          ]
        : []),
    ]
  })
}

/** What can be told of a condition before there is a computer; undefined when it depends on that. */
function mayHold(condition: Condition, known: Pick<RunLocation, 'platform' | 'architecture'>): boolean | undefined {
  const inner = (list: readonly Condition[]): (boolean | undefined)[] => list.map(each => mayHold(each, known))
  if ('all' in condition) return and(inner(condition.all))
  if ('any' in condition) return negate(and(inner(condition.any).map(negate)))
  if ('none' in condition) return and(inner(condition.none).map(negate))
  if ('platform' in condition) return known.platform === undefined ? undefined : condition.platform === known.platform
  return 'architecture' in condition ? condition.architecture === known.architecture : undefined
}

const negate = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)
const and = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(false) ? false : values.includes(undefined) ? undefined : true
