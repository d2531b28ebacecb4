import { type ModuleInfo, moduleName } from './module.ts'

/** A module of a kernel package: its path below `lib/modules/RELEASE`, and its metadata. */
export interface KernelModule {
  /** `kernel/drivers/ata/ahci.ko`. */
  readonly path: string
  readonly info: ModuleInfo
}

/**
 * The modules that `isWanted` accepts, their dependencies and their soft dependencies, by name or alias. Sorted by path.
 */
export function closeOver(
  modules: readonly KernelModule[],
  isWanted: (module: KernelModule) => boolean,
): readonly KernelModule[] {
  const byName = new Map(modules.map(module => [module.info.name, module]))
  const byAlias = Map.groupBy(
    modules.flatMap(module => module.info.aliases.map(alias => ({ alias, module }))),
    ({ alias }) => alias,
  )
  const named = (name: string): readonly KernelModule[] => {
    const module = byName.get(moduleName(name))
    return module ? [module] : (byAlias.get(name) ?? []).map(({ module }) => module)
  }
  const selected = new Set<KernelModule>()
  const waiting = modules.filter(isWanted)
  for (let module = waiting.pop(); module; module = waiting.pop()) {
    if (selected.has(module)) continue
    selected.add(module)
    const { depends, softBefore, softAfter } = module.info
    for (const name of [...depends, ...softBefore, ...softAfter]) waiting.push(...named(name))
  }
  return [...selected].sort((a, b) => (a.path < b.path ? -1 : 1))
}
