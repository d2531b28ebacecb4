import type { Catalogue, ContentReference } from '@bootwright/api'
import * as z from 'zod'
import { type Condition, conditionSchema } from './condition.ts'
import { SUCCESS_CODES } from './contents.ts'

/** A task sequence as it stands on a medium: flat, in the order in which it runs, so that one number says how far it is. */
export interface CompiledSequence {
  readonly formatVersion: 1
  readonly name: string
  readonly description: string
  readonly nodes: readonly CompiledNode[]
  readonly catalogue: Catalogue
}
export type CompiledNode = CompiledGroup | CompiledStep

interface Common {
  readonly name: string
  readonly condition?: Condition | undefined
  readonly continueOnError: boolean
}
export interface CompiledGroup extends Common {
  readonly kind: 'group'
  /** Index of the first node after the group; its own nodes follow it directly. */
  readonly end: number
}
export interface CompiledStep extends Common {
  readonly kind: 'step'
  /** Name of the contribution. */
  readonly type: string
  /** As the step's schema made them; a secret is `{ secret: 'the text' }`. */
  readonly options: unknown
  /** Options in which `%NAME%` is left as it is. */
  readonly verbatim: readonly string[]
  readonly retry: { readonly count: number; readonly delay: number }
  /** Seconds. */
  readonly timeout?: number | undefined
  readonly successCodes: readonly number[]
  readonly runIn?: readonly ('bootImage' | 'installedSystem')[] | undefined
  /** What its options refer to, with all that this depends on. */
  readonly content: readonly Pick<ContentReference, 'kind' | 'name'>[]
}

const common = { name: z.string(), condition: conditionSchema.optional(), continueOnError: z.boolean() }
const environments = z.array(z.enum(['bootImage', 'installedSystem']))
const schema: z.ZodType<CompiledSequence> = z
  .strictObject({
    formatVersion: z.literal(1),
    name: z.string(),
    description: z.string(),
    nodes: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ ...common, kind: z.literal('group'), end: z.int().min(0) }),
        z.strictObject({
          ...common,
          kind: z.literal('step'),
          type: z.string(),
          options: z.unknown(),
          verbatim: z.array(z.string()),
          retry: z.strictObject({ count: z.int(), delay: z.number() }),
          timeout: z.number().optional(),
          successCodes: z.array(z.int()),
          runIn: environments.optional(),
          content: z.array(
            z.strictObject({
              kind: z.enum(['operatingSystemImage', 'application', 'package', 'driverPackage']),
              name: z.string(),
            }),
          ),
        }),
      ]),
    ),
    catalogue: z.strictObject({
      applications: z.record(
        z.string(),
        z.strictObject({
          install: z.string(),
          successCodes: z.array(z.int()),
          dependencies: z.array(z.string()),
          detect: z.string().optional(),
        }),
      ),
      packages: z.record(z.string(), z.strictObject({ programs: z.record(z.string(), z.string()) })),
    }),
  })
  .refine(({ nodes }) => nodes.every((node, index) => node.kind === 'step' || isRange(node.end, index, nodes.length)), {
    message: 'a group ends outside of the sequence',
  })

const isRange = (end: number, index: number, length: number): boolean => end > index && end <= length

/** A step of a sequence that nobody wrote. */
export const compiledStep = (name: string, type: string, options: unknown): CompiledStep => ({
  kind: 'step',
  name,
  type,
  options,
  verbatim: [],
  continueOnError: false,
  retry: { count: 0, delay: 0 },
  successCodes: SUCCESS_CODES,
  content: [],
})

/** Decodes and validates the sequence on a medium. Throws when it is invalid. */
export function decodeSequence(value: unknown): CompiledSequence {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw new Error(`the task sequence of this medium is not valid at ${path.join('.')}: ${message}; rebuild the medium`)
}

/** Every secret text in the options of a step. */
export function secretsIn(options: unknown): readonly string[] {
  if (typeof options !== 'object' || options === null) return []
  if ('secret' in options && typeof options.secret === 'string') return [options.secret]
  return Object.values(options).flatMap(secretsIn)
}
