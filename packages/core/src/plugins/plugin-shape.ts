import { API_VERSION, type Plugin } from '@bootwright/api'
import { kindOf, suggestion } from '@bootwright/diagnostics'

const KEYS: readonly string[] = ['name', 'apiVersion', 'after', 'setup'] satisfies readonly (keyof Plugin)[]

/**
 * Everything that is wrong with a value that should be a plugin; empty when it is one. Only its shape counts, so that two copies of a package
 * work. An unknown key is refused: it may be a hook that the plugin relies on and that would never run.
 */
export function problemsWithPlugin(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null)
    return [
      `is not a plugin: expected { name, apiVersion, setup }, found ${typeof value === 'function' ? 'a function' : kindOf(value)}`,
    ]
  const { name, apiVersion, after, setup } = value as Readonly<Partial<Record<keyof Plugin, unknown>>>
  const problems: string[] = []
  if (typeof name !== 'string' || name === '') problems.push('has no name; expected the name of its package')
  if (apiVersion !== API_VERSION) problems.push(wrongVersion(apiVersion))
  if (typeof setup !== 'function') problems.push('has no function "setup"')
  if (after !== undefined && !(Array.isArray(after) && after.every(each => typeof each === 'string')))
    problems.push('has an "after" that is not a list of plugin names')
  const unknown = Object.keys(value).filter(key => !KEYS.includes(key))
  return [...problems, ...unknown.map(key => `has the unknown key "${key}"${suggestion(key, KEYS)}`)]
}

function wrongVersion(found: unknown): string {
  if (typeof found !== 'number') return `has no apiVersion; expected ${API_VERSION}`
  return found < API_VERSION
    ? `requires version ${found} of the plugin API, but this Bootwright has version ${API_VERSION}; update the plugin`
    : `requires version ${found} of the plugin API, but this Bootwright has version ${API_VERSION}; update Bootwright`
}
