import type { Findings, Path } from '@bootwright/diagnostics'

/** Levels of nesting that a definition may have: far more than any needs, far fewer than would exhaust the stack. */
const DEEPEST = 100

/**
 * A copy of what a program gave as the definition, of maps, lists, text, numbers, booleans and null alone; `undefined` is left out of maps.
 * What else is in it is a finding: no schema and no digest could treat it the same on every machine.
 */
export function plain(value: unknown, findings: Findings, path: Path = []): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (path.length > DEEPEST) {
    findings.add(path.slice(0, 3), `nested deeper than ${DEEPEST} levels; does it contain itself?`)
    return null
  }
  if (Array.isArray(value)) return value.map((item, index) => plain(item, findings, [...path, index]))
  if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, findings, [...path, key])]))
  }
  findings.add(
    path,
    `a definition holds plain data only, not ${nameOf(value)}; write it as text, a number, a list or a map`,
  )
  return null
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const nameOf = (value: unknown): string => {
  if (typeof value === 'number') return String(value)
  return typeof value === 'object' && value ? `a ${value.constructor?.name ?? 'special object'}` : `a ${typeof value}`
}
