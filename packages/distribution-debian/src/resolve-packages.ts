import type { LinuxChoice, LinuxPackage } from '@bootwright/api'
import type { Apt } from './apt.ts'
import type { Stanza } from './control.ts'
import { DebianError } from './errors.ts'
import {
  kernelMetaPackage,
  kernelPackage,
  libraryPackages,
  PROGRAMS,
  packageOf,
  requestedPackages,
} from './package-list.ts'

/** The packages of a boot image at the versions that apt offers now, sorted by name. Throws {@link DebianError} `PACKAGE_UNKNOWN`. */
export async function resolvePackages(apt: Apt, choice: LinuxChoice): Promise<readonly LinuxPackage[]> {
  await apt.update()
  const metaPackage = kernelMetaPackage(choice)
  const direct = await show(apt, requestedPackages(choice))
  const linux = kernelPackage(direct, metaPackage)
  const found = [...direct, ...(await show(apt, [linux]))]
  // Programs depend on libraries, which depend on others; kernel and boot loaders depend on none.
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

/** All packages, or an error that lists the missing ones. */
async function show(apt: Apt, packages: readonly string[]): Promise<readonly Stanza[]> {
  if (packages.length === 0) return []
  const stanzas = await apt.show(packages)
  assertAllFound(
    packages.map(each => each.replace(/=.*/, '')),
    stanzas.map(stanza => stanza.get('package')),
  )
  return stanzas
}

function assertAllFound(requested: readonly string[], found: readonly (string | undefined)[]): void {
  const missing = requested.filter(name => !found.includes(name))
  if (missing.length === 0) return
  throw new DebianError(
    'PACKAGE_UNKNOWN',
    missing.join(' '),
    `apt cannot find ${missing.join(', ')}; add Debian's main archive to the sources of apt, and check that it can be reached from this machine`,
  )
}
