import { variableName } from '@bootwright/medium-format/options'
import * as z from 'zod'

/** The ten operators of the field. Text is compared without regard to case, two whole numbers as numbers. */
export const OPERATORS = [
  'exists',
  'notExists',
  'equals',
  'notEquals',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'like',
  'notLike',
] as const
export type Operator = (typeof OPERATORS)[number]

/** One operator with what is compared to: `{ equals: 'PC1' }`, `{ exists: true }`. */
export type Comparison = { readonly [O in Operator]?: string | number | true }

/** Whether a group or a step runs. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly none: readonly Condition[] }
  | ({ readonly variable: string } & Comparison)
  | {
      readonly file: string
      readonly exists?: boolean | undefined
      readonly version?: Comparison | undefined
      readonly timestamp?: Comparison | undefined
    }
  | {
      readonly folder: string
      readonly exists?: boolean | undefined
      readonly timestamp?: Comparison | undefined
    }
  | ({
      readonly registry: string
      /** Name of the value; the key's own when absent. */
      readonly value?: string | undefined
    } & Comparison)
  | { readonly wmi: string; readonly namespace?: string | undefined }
  | { readonly platform: 'linux' | 'windows' }
  | { readonly environment: 'bootImage' | 'installedSystem' }
  | { readonly firmware: 'bios' | 'uefi' }
  | { readonly architecture: 'x64' | 'arm64' }
  /** MiB. */
  | { readonly memory: Comparison }
  | { readonly make: string }
  | { readonly model: string }

const text = z.union([z.string(), z.number()])
const truth = z.literal(true, 'expected true; its opposite is another operator')

const anyOperator: { readonly [O in Operator]: z.ZodType<Comparison[O]> } = {
  exists: truth.optional(),
  notExists: truth.optional(),
  equals: text.optional(),
  notEquals: text.optional(),
  greater: text.optional(),
  greaterEqual: text.optional(),
  less: text.optional(),
  lessEqual: text.optional(),
  like: z.string().optional(),
  notLike: z.string().optional(),
}
const { exists: _, notExists: __, like: ___, notLike: ____, ...ordering } = anyOperator

const hasOneOperator = (value: object): boolean =>
  OPERATORS.filter(operator => operator in value && value[operator as keyof typeof value] !== undefined).length === 1
const ONE_OPERATOR = `expected one operator: ${OPERATORS.join(', ')}`
const comparison = z.strictObject(ordering).refine(hasOneOperator, ONE_OPERATOR)

const memory = z.preprocess(
  value => (typeof value === 'object' && value !== null ? mapValues(value, mebibytes) : value),
  comparison,
)
const mapValues = (value: object, change: (item: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]))

const UNITS: Readonly<Record<string, number>> = { MB: 1, GB: 1024, TB: 1024 ** 2 }
function mebibytes(value: unknown): unknown {
  const found = typeof value === 'string' && /^(\d+) *(MB|GB|TB)$/i.exec(value)
  return found ? Number(found[1]) * UNITS[found[2]!.toUpperCase()]! : value
}

const path = z.string().min(1)

const list: z.ZodType<readonly Condition[]> = z.lazy(() => z.array(condition).min(1))

const condition: z.ZodType<Condition> = z.lazy(
  () =>
    z.union([
      z.strictObject({ all: list }),
      z.strictObject({ any: list }),
      z.strictObject({ none: list }),
      z.strictObject({ variable: variableName, ...anyOperator }).refine(hasOneOperator, ONE_OPERATOR),
      z.strictObject({
        file: path,
        exists: z.boolean().optional(),
        version: comparison.optional(),
        timestamp: comparison.optional(),
      }),
      z.strictObject({ folder: path, exists: z.boolean().optional(), timestamp: comparison.optional() }),
      z
        .strictObject({
          registry: z
            .string()
            .regex(/^HK(LM|CU|U|CC|CR)\\/i, 'expected a key below HKLM, HKCU, HKU or HKCC: HKLM\\SOFTWARE\\…'),
          value: z.string().optional(),
          ...anyOperator,
        })
        .refine(hasOneOperator, ONE_OPERATOR),
      z.strictObject({
        wmi: z.string().regex(/^select\b/i, 'expected a query: SELECT …'),
        namespace: z.string().optional(),
      }),
      z.strictObject({ platform: z.enum(['linux', 'windows']) }),
      z.strictObject({ environment: z.enum(['bootImage', 'installedSystem']) }),
      z.strictObject({ firmware: z.enum(['bios', 'uefi']) }),
      z.strictObject({ architecture: z.enum(['x64', 'arm64']) }),
      z.strictObject({ memory }),
      z.strictObject({ make: z.string().min(1) }),
      z.strictObject({ model: z.string().min(1) }),
    ]) as z.ZodType<Condition>,
)

/** One condition, or a list of which all must hold. */
export const conditionSchema: z.ZodType<Condition> = z.union([
  condition,
  list.transform((all): Condition => ({ all })),
]) as z.ZodType<Condition>
