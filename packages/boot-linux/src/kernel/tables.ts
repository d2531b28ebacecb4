import type { KernelModule } from './closure.ts'

/**
 * The files that `modprobe` looks modules up in, as `depmod` writes them: names relative to `lib/modules/RELEASE`. A module that a
 * dependency names but that is not there is built into the kernel.
 */
export function moduleTables(modules: readonly KernelModule[], builtIn: string): ReadonlyMap<string, string> {
  const paths = new Map(modules.map(({ info, path }) => [info.name, path]))
  const dependencies = modules.map(module => {
    const needed = [...allDependencies(module, modules)].map(name => paths.get(name)!)
    return `${[`${module.path}:`, ...needed].join(' ')}\n`
  })
  const aliases = modules.flatMap(({ info }) => info.aliases.map(alias => `alias ${alias} ${info.name}\n`))
  const soft = modules.flatMap(({ info: { name, softBefore, softAfter } }) => {
    const parts = [
      ...(softBefore.length ? ['pre:', ...softBefore] : []),
      ...(softAfter.length ? ['post:', ...softAfter] : []),
    ]
    return parts.length ? [`softdep ${name} ${parts.join(' ')}\n`] : []
  })
  return new Map([
    ['modules.dep', dependencies.join('')],
    ['modules.alias', aliases.join('')],
    ['modules.softdep', soft.join('')],
    ['modules.builtin', builtIn],
    ['modules.symbols', ''],
  ])
}

/** Names, nearest first: `modprobe` loads them from the last to the first. */
function allDependencies(module: KernelModule, modules: readonly KernelModule[]): Set<string> {
  const byName = new Map(modules.map(each => [each.info.name, each]))
  const order: string[] = []
  const visit = (each: KernelModule, above: readonly KernelModule[]): void => {
    for (const name of each.info.depends) {
      const dependency = byName.get(name)
      // Modules that need each other cannot be loaded; a table of them must end all the same.
      if (!dependency || above.includes(dependency)) continue
      // What is needed by several goes behind all of them.
      const known = order.indexOf(name)
      if (known >= 0) order.splice(known, 1)
      order.push(name)
      visit(dependency, [...above, dependency])
    }
  }
  visit(module, [module])
  return new Set(order)
}
