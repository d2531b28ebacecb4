import type { Architecture } from '@bootwright/api'
import { BootLinuxError } from '../errors.ts'
import type { Apt } from './apt.ts'
import type { Stanza } from './control.ts'
import {
  basePackages,
  kernelMetaPackage,
  kernelPackage,
  libraryPackages,
  type Package,
  PROGRAMS,
  packageOf,
} from './package-list.ts'

/** Asks apt which packages, at which versions, make a boot image today. Sorted by name. */
export async function resolvePackages(
  apt: Apt,
  kernel: 'generic' | 'cloud',
  architecture: Architecture,
): Promise<readonly Package[]> {
  await apt.update()
  const metaPackage = kernelMetaPackage(kernel, architecture)
  const asked = [metaPackage, ...basePackages(architecture)]
  const direct = await show(apt, asked)
  const linux = kernelPackage(direct, metaPackage)
  const found = [...direct, ...(await show(apt, [linux]))]
  // Programs need libraries, which need others; the kernel and the boot loaders need none.
  let users: readonly Stanza[] = direct.filter(stanza => Object.hasOwn(PROGRAMS, stanza.get('package') ?? ''))
  while (users.length > 0) {
    const known = new Set(found.map(stanza => stanza.get('package')))
    const libraries = [...libraryPackages(users)].filter(([name]) => !known.has(name))
    users = await show(
      apt,
      libraries.map(([name, version]) => (version === undefined ? name : `${name}=${version}`)),
    )
    found.push(...users)
  }
  return found
    .map(packageOf)
    .filter(({ name }) => name !== metaPackage)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** All of them, or it throws. */
async function show(apt: Apt, packages: readonly string[]): Promise<readonly Stanza[]> {
  if (packages.length === 0) return []
  const stanzas = await apt.show(packages)
  checkAllThere(
    packages.map(each => each.replace(/=.*/, '')),
    stanzas.map(stanza => stanza.get('package')),
  )
  return stanzas
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
