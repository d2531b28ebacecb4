import type { KernelModule } from './closure.ts'

/**
 * The files that `modprobe` looks modules up in, as `depmod` writes them: names relative to `lib/modules/RELEASE`. A module that a
 * dependency names but that is not there is built into the kernel.
 */
export function moduleTables(modules: readonly KernelModule[], builtIn: string): ReadonlyMap<string, string> {
  const byName = new Map(modules.map(module => [module.info.name, module]))
  const dependencies = modules.map(module => {
    const needed = allDependencies(module, byName).map(({ path }) => path)
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

/** Nearest first: `modprobe` loads them from the last to the first, so each stands before all that it needs itself. */
function allDependencies(module: KernelModule, byName: ReadonlyMap<string, KernelModule>): readonly KernelModule[] {
  const seen = new Set([module])
  const order: KernelModule[] = []
  const visit = ({ info }: KernelModule): void => {
    for (const name of info.depends) {
      const dependency = byName.get(name)
      if (!dependency || seen.has(dependency)) continue
      seen.add(dependency)
      visit(dependency)
      order.push(dependency)
    }
  }
  visit(module)
  return order.reverse()
}
