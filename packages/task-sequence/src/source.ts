import { type VariableOptions, variableName, variableOptions } from '@bootwright/medium-format/options'
import * as z from 'zod'
import { type Condition, conditionSchema } from './condition.ts'
import { type Contents, contentsSchemas, successCodes } from './contents.ts'

/** The top level of a task sequence, without its steps, which are validated one by one. */
export interface SequenceOptions extends Contents {
  readonly name: string
  readonly description: string
  readonly variables: Readonly<Record<string, VariableOptions>>
}

/** What a group and every kind of step have. */
export interface NodeOptions {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly disabled: boolean
  readonly condition?: Condition | undefined
  readonly continueOnError: boolean
}
/** What every kind of step has beside that. */
export interface StepOptions extends NodeOptions {
  readonly retry: { readonly count: number; readonly delay: number }
  /** Seconds. */
  readonly timeout?: number | undefined
  readonly successCodes?: readonly number[] | undefined
  readonly runIn?: readonly ('bootImage' | 'installedSystem')[] | undefined
}

/** Characters, the established limits. */
const NAME_LIMIT = 100
const DESCRIPTION_LIMIT = 256
const line = (limit: number): z.ZodString =>
  z.string().regex(new RegExp(`^\\P{Cc}{1,${limit}}$`, 'u'), `expected one line of at most ${limit} characters`)

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }
/** `90s`, `15m`, `2h`; the result is in seconds. */
const duration: z.ZodType<number> = z
  .string()
  .regex(/^[1-9]\d{0,5}(s|m|h)$/, 'expected a time such as 90s, 15m or 2h')
  .transform(text => Number.parseInt(text, 10) * UNITS[text.at(-1)!]!)

/** Seconds between two tries. */
const RETRY_DELAY = 15

const sequenceOptions = {
  name: line(NAME_LIMIT),
  description: z.string().max(4096).default(''),
  variables: z
    .record(variableName, variableOptions)
    .default({})
    .meta({ description: 'Task sequence variables; those of the medium take precedence' }),
  ...contentsSchemas,
}
export const sequenceSchema: z.ZodType<SequenceOptions> = z.strictObject(sequenceOptions)

const nodeOptions = {
  name: line(NAME_LIMIT).optional(),
  description: z.string().max(DESCRIPTION_LIMIT).optional(),
  disabled: z.boolean().default(false),
  condition: conditionSchema.optional().meta({ description: 'Runs only if this holds; in a list, all must hold' }),
  continueOnError: z.boolean().default(false).meta({ description: 'A failure does not fail the enclosing group' }),
}
export const groupSchema: z.ZodType<NodeOptions> = z.strictObject(nodeOptions)

const stepOptions = {
  ...nodeOptions,
  retry: z
    .union([
      z
        .int()
        .min(0)
        .max(1000)
        .transform(count => ({ count, delay: RETRY_DELAY })),
      z.strictObject({ count: z.int().min(0).max(1000), delay: duration.default(RETRY_DELAY) }),
    ])
    .default({ count: 0, delay: RETRY_DELAY })
    .meta({ description: 'Number of retries after a failure' }),
  timeout: duration.optional().meta({ description: 'Time limit: 90s, 15m, 2h' }),
  successCodes: successCodes.optional().meta({ description: 'Exit codes that mean success; 0 and 3010 by default' }),
  runIn: z
    .union([
      z.enum(['bootImage', 'installedSystem']).transform(one => [one] as const),
      z.array(z.enum(['bootImage', 'installedSystem'])).min(1),
    ])
    .optional()
    .meta({ description: 'Where it runs; skipped elsewhere' }),
}
export const stepSchema: z.ZodType<StepOptions> = z.strictObject(stepOptions) as unknown as z.ZodType<StepOptions>

/** The keys that stand beside the name of a step. */
export const STEP_KEYS: readonly string[] = Object.keys(stepOptions)
