import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { moduleResolve } from 'import-meta-resolve'

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default'])

/**
 * Resolves `specifier` as if the definition imported it. Also finds packages that can only be required, and those of package managers without
 * `node_modules`. Throws with Node's codes: `ERR_MODULE_NOT_FOUND` only if `specifier` itself is missing.
 */
export function resolvePlugin(specifier: string, definitionPath: string): string {
  const parent = pathToFileURL(definitionPath)
  const target = isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier
  try {
    return moduleResolve(target, parent, CONDITIONS).href
  } catch (error) {
    if (/^\.{0,2}\//.test(specifier) || isAbsolute(specifier)) throw error
    try {
      return pathToFileURL(createRequire(parent).resolve(specifier)).href
    } catch {
      throw error
    }
  }
}
