import type { Plugin } from '@bootwright/api'

export type PluginOrderErrorCode = 'PLUGIN_LISTED_TWICE' | 'PLUGIN_CYCLE'

/** Plugins that cannot be ordered. `plugins` contains the duplicate, or the cycle. */
export class PluginOrderError extends Error {
  readonly code: PluginOrderErrorCode
  readonly plugins: readonly string[]
  constructor(code: PluginOrderErrorCode, message: string, plugins: readonly string[]) {
    super(message)
    this.name = 'PluginOrderError'
    this.code = code
    this.plugins = plugins
  }
}

/**
 * Sorts plugins after those in their `after`, otherwise in list order. Names that are not in the list are ignored.
 * Throws {@link PluginOrderError}.
 */
export function sortPlugins(plugins: readonly Plugin[]): readonly Plugin[] {
  const byName = new Map<string, Plugin>()
  for (const plugin of plugins) {
    if (byName.has(plugin.name)) {
      const message = `plugin ${plugin.name} is listed twice; remove one of them`
      throw new PluginOrderError('PLUGIN_LISTED_TWICE', message, [plugin.name])
    }
    byName.set(plugin.name, plugin)
  }
  const sorted = new Set<Plugin>()
  const visit = (plugin: Plugin, waiting: readonly string[]): void => {
    if (sorted.has(plugin)) return
    const path = [...waiting, plugin.name]
    if (waiting.includes(plugin.name)) {
      const ring = path.slice(path.indexOf(plugin.name))
      throw new PluginOrderError('PLUGIN_CYCLE', `plugins wait for each other: ${ring.join(' -> ')}`, ring)
    }
    for (const name of plugin.after ?? []) {
      const earlier = byName.get(name)
      if (earlier) visit(earlier, path)
    }
    sorted.add(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return [...sorted]
}
