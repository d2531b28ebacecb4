import { dirname, resolve } from 'node:path'
import type { Plugin, PluginFactory } from '@bootwright/api'
import { createFindings, type Findings, nearest, validate } from '@bootwright/diagnostics'
import { officialPlugins } from '../config/official-plugins.ts'
import type { PluginReference } from '../config/validate-plugins.ts'
import { PluginOrderError, sortPlugins } from '../kernel/sort-plugins.ts'
import { problemsWithPlugin } from './plugin-shape.ts'
import { resolvePlugin } from './resolve-plugin.ts'

export interface LoadPluginsOptions {
  /** Absolute path of the definition; plugins are resolved relative to it. */
  readonly definitionPath: string
  /** Plugins that need not be listed. A listed plugin replaces the built-in one of the same name. */
  readonly builtIn: readonly Plugin[]
  readonly signal: AbortSignal
  /** Collects mistakes; without it, they are thrown as one `DefinitionError`. */
  readonly findings?: Findings | undefined
}

/** The built-in plugins and those that the definition lists, in setup order, without invalid ones. */
export async function loadPlugins(
  references: readonly PluginReference[],
  { definitionPath, builtIn, signal, findings }: LoadPluginsOptions,
): Promise<readonly Plugin[]> {
  const found = findings ?? createFindings(definitionPath, () => undefined)
  const listed = new Map<string, Plugin>()
  for (const reference of references) {
    signal.throwIfAborted()
    const plugin = await loadPlugin(reference, definitionPath, found)
    if (!plugin) continue
    if (listed.has(plugin.name)) found.add(reference.path, `plugin ${plugin.name} is listed twice; remove one of them`)
    else listed.set(plugin.name, plugin)
  }
  const plugins = [...builtIn.filter(({ name }) => !listed.has(name)), ...listed.values()]
  const sorted = sortListed(plugins, found)
  if (!findings) found.throwIfErrors()
  return sorted
}

async function loadPlugin(
  { specifier, options, path }: PluginReference,
  definitionPath: string,
  findings: Findings,
): Promise<Plugin | undefined> {
  const fail = (message: string, cause?: unknown): undefined => {
    findings.add(path, message, { cause })
  }
  let url: string
  try {
    url = resolvePlugin(specifier, definitionPath)
  } catch (error) {
    return fail(whyUnresolved(specifier, definitionPath, error), error)
  }
  try {
    const { default: exported }: { default?: unknown } = await import(url)
    if (exported === undefined)
      return fail(`plugin ${specifier} has no default export; expected the plugin or a function that returns it`)
    const plugin = typeof exported === 'function' ? await create(exported as PluginFactory) : exported
    if (plugin === REFUSED) return undefined
    if (typeof exported !== 'function' && options !== undefined) fail(takesNone(specifier))
    const problems = problemsWithPlugin(plugin)
    for (const problem of problems) fail(`plugin ${specifier} ${problem}`)
    return problems.length === 0 ? (plugin as Plugin) : undefined
  } catch (error) {
    // Also for a module that the plugin imports and that is missing, with Node's message.
    return fail(
      `plugin ${specifier} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }

  async function create(factory: PluginFactory): Promise<unknown> {
    if (!factory.schema) {
      if (options !== undefined) fail(takesNone(specifier))
      return factory(undefined)
    }
    const where = options === undefined ? path : [...path, 1]
    const validated = await validate(factory.schema, options ?? {}, { findings, path: where })
    return validated ? factory(validated.value) : REFUSED
  }
}

/** The options were refused; the findings are reported already. */
const REFUSED: unique symbol = Symbol('refused')

const takesNone = (specifier: string): string =>
  `plugin ${specifier} takes no options; list only its name: '${specifier}'`

function whyUnresolved(specifier: string, definitionPath: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const folder = dirname(definitionPath)
  if (/^\.{0,2}\//.test(specifier)) {
    const file = resolve(folder, specifier)
    if (code === 'ERR_MODULE_NOT_FOUND') return `plugin ${specifier} not found: ${file} does not exist`
    if (code === 'ERR_UNSUPPORTED_DIR_IMPORT')
      return `plugin ${specifier} not found: ${file} is a folder; name the module in it`
  }
  if (code !== 'ERR_MODULE_NOT_FOUND') return `plugin ${specifier} cannot be found: ${message}`
  const meant = nearest(specifier, officialPlugins())
  const hint =
    meant !== undefined && meant !== specifier
      ? `did you mean "${meant}"?`
      : `install it: npm install --save-dev ${specifier}`
  return `plugin ${specifier} not found in ${folder} and above; ${hint}`
}

function sortListed(plugins: readonly Plugin[], findings: Findings): readonly Plugin[] {
  try {
    return sortPlugins(plugins)
  } catch (error) {
    if (!(error instanceof PluginOrderError)) throw error
    findings.add(['plugins'], error.message, { cause: error })
    return plugins
  }
}
