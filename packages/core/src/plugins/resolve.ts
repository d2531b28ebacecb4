import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { moduleResolve } from 'import-meta-resolve'

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default'])

/**
 * The URL of the module that the definition means by `specifier`, as if the definition imported it. Packages that can only be required are
 * found too, and those that a package manager without `node_modules` serves. Throws with Node's codes: `ERR_MODULE_NOT_FOUND` only
 * when `specifier` itself is missing.
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
