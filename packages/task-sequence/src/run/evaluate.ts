import type { Comparison, Condition } from '../condition.ts'
import { compareTimes, compareVersions, holds, isLike } from './compare.ts'

/** What is known of the computer. */
export interface Facts {
  variable(name: string): string | undefined
  /** Undefined when there is no such file. `version` is that of a Windows program. */
  file(path: string): Promise<{ readonly modified: Date; readonly version?: string | undefined } | undefined>
  folder(path: string): Promise<{ readonly modified: Date } | undefined>
  /** The text of a value of the Windows registry. */
  registry(key: string, value: string): Promise<string | undefined>
  /** How many rows a query finds. */
  wmi(query: string, namespace: string): Promise<number>
  readonly platform: 'linux' | 'windows'
  readonly environment: 'bootImage' | 'installedSystem'
  readonly firmware: 'bios' | 'uefi'
  readonly architecture: 'x64' | 'arm64'
  /** MiB. */
  readonly memory: number
  readonly make: string
  readonly model: string
}

const NAMESPACE = 'root\\cimv2'

/** Whether a condition holds. Texts in it may hold `%NAME%`: `expand` replaces them. */
export async function evaluate(
  condition: Condition,
  facts: Facts,
  expand: (text: string) => string = text => text,
): Promise<boolean> {
  const inner = (each: Condition): Promise<boolean> => evaluate(each, facts, expand)
  if ('all' in condition) return await every(condition.all, inner)
  if ('none' in condition) return await every(condition.none, async each => !(await inner(each)))
  if ('any' in condition) return !(await every(condition.any, async each => !(await inner(each))))
  const expanded = (comparison: Comparison): Comparison =>
    Object.fromEntries(
      Object.entries(comparison).map(([key, value]) => [key, typeof value === 'string' ? expand(value) : value]),
    )
  if ('variable' in condition) {
    const { variable, ...comparison } = condition
    return holds(facts.variable(variable), expanded(comparison))
  }
  if ('file' in condition) {
    const { file, exists, version, timestamp } = condition
    const found = await facts.file(expand(file))
    return (
      (found !== undefined) === (exists ?? true) &&
      (!version || holds(found?.version, expanded(version), compareVersions)) &&
      (!timestamp || holds(found?.modified.toISOString(), expanded(timestamp), compareTimes))
    )
  }
  if ('folder' in condition) {
    const { folder, exists, timestamp } = condition
    const found = await facts.folder(expand(folder))
    return (
      (found !== undefined) === (exists ?? true) &&
      (!timestamp || holds(found?.modified.toISOString(), expanded(timestamp), compareTimes))
    )
  }
  if ('registry' in condition) {
    const { registry, value = '', ...comparison } = condition
    return holds(await facts.registry(expand(registry), value), expanded(comparison))
  }
  if ('wmi' in condition) return (await facts.wmi(expand(condition.wmi), condition.namespace ?? NAMESPACE)) > 0
  if ('memory' in condition) return holds(String(facts.memory), condition.memory)
  if ('make' in condition) return isLike(facts.make, expand(condition.make))
  if ('model' in condition) return isLike(facts.model, expand(condition.model))
  if ('platform' in condition) return facts.platform === condition.platform
  if ('environment' in condition) return facts.environment === condition.environment
  if ('firmware' in condition) return facts.firmware === condition.firmware
  return facts.architecture === condition.architecture
}

/** One after another: what is decided is not asked further. */
async function every(list: readonly Condition[], test: (each: Condition) => Promise<boolean>): Promise<boolean> {
  for (const each of list) if (!(await test(each))) return false
  return true
}
