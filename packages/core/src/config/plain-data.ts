import type { Findings, Path } from '@bootwright/diagnostics'

/** Limit of nesting: far more than a definition needs, far less than would exhaust the stack. */
const DEEPEST = 100

/**
 * Copies a definition that a program returned, as maps, lists, text, numbers, booleans and null; drops `undefined` from maps. Anything else is
 * a finding: schemas and digests could not treat it alike on every machine.
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
  findings.add(path, `expected plain data, found ${nameOf(value)}; use text, a number, a list or a map`)
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
