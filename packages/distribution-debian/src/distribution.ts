import type { Architecture, Library, LinuxDistribution, LinuxRequest } from '@bootwright/api'
import type { Apt } from './apt.ts'
import { layoutOf } from './layout.ts'
import { DEBIAN_ARCHITECTURES, KERNELS, requestedPackages } from './package-list.ts'

/** Incremented when equal packages yield another layout. */
const FORMAT_VERSION = 1

/** Debian, from the release that apt on the build machine uses. The package lists are stored in the content library's folder `apt`. */
export function debianDistribution(library: Library): LinuxDistribution {
  // Loaded when a boot image is built: other commands start without them.
  const connect = async (architecture: Architecture, { signal, log }: LinuxRequest): Promise<Apt> => {
    const { openApt } = await import('./apt.ts')
    return await openApt(await library.toolFolder('apt'), DEBIAN_ARCHITECTURES[architecture].name, {
      signal,
      onFailure: message => log.debug(message),
    })
  }
  return {
    title: 'Debian',
    formatVersion: FORMAT_VERSION,
    kernels: KERNELS,
    packageNames: requestedPackages,
    layout: layoutOf,
    async resolve(choice, request) {
      const { resolvePackages } = await import('./resolve-packages.ts')
      return await resolvePackages(await connect(choice.architecture, request), choice)
    },
    async open(packages, architecture, request) {
      const [{ downloadPackages }, { readPackage }] = await Promise.all([
        import('./download.ts'),
        import('./read-package.ts'),
      ])
      const apt = await connect(architecture, request)
      const downloaded = await downloadPackages(apt, packages, await library.toolFolder('apt'))
      return {
        read: (name, isWanted) => readPackage(downloaded.files.get(name)!, isWanted, request.signal),
        [Symbol.asyncDispose]: () => downloaded[Symbol.asyncDispose](),
      }
    },
    packageUrl: ({ name, version, architecture }) =>
      `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
  }
}
