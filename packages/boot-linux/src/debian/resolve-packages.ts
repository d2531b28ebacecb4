import type { Architecture } from '@bootwright/api'
import { BootLinuxError } from '../errors.ts'
import type { Apt } from './apt.ts'
import { basePackages, dependentPackages, kernelMetaPackage, type Package, packageOf } from './package-list.ts'

/** Asks apt which packages, at which versions, make a boot image today. Sorted by name. */
export async function resolvePackages(
  apt: Apt,
  kernel: 'generic' | 'cloud',
  architecture: Architecture,
): Promise<readonly Package[]> {
  await apt.update()
  const metaPackage = kernelMetaPackage(kernel, architecture)
  const asked = [metaPackage, ...basePackages(architecture)]
  const direct = await apt.show(asked)
  checkAllThere(
    asked,
    direct.map(stanza => stanza.get('package')),
  )
  const dependents = dependentPackages(direct, metaPackage)
  const indirect = await apt.show(dependents)
  checkAllThere(
    dependents.map(each => each.replace(/=.*/, '')),
    indirect.map(stanza => stanza.get('package')),
  )
  return [...direct, ...indirect]
    .map(packageOf)
    .filter(({ name }) => name !== metaPackage)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function checkAllThere(asked: readonly string[], found: readonly (string | undefined)[]): void {
  const missing = asked.filter(name => !found.includes(name))
  if (missing.length === 0) return
  throw new BootLinuxError(
    'PACKAGE_UNKNOWN',
    missing.join(' '),
    `apt does not know ${missing.join(', ')}; expected Debian's main archive among the sources of apt, reachable from here`,
  )
}
