import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Library, LinuxFile, LinuxRequest } from '@bootwright/api'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { debianDistribution } from '../src/distribution.ts'
import { fakeDebian, RELEASE } from './fake-debian.ts'
import { faultOf } from './fault.ts'
import { openRepository, type Repository } from './repository.ts'

const builds = needs(test, 'apt-get', 'apt-cache', 'dpkg-deb').serial
const unexpected = (): Promise<never> => Promise.reject(new Error('unexpected call'))
const silent = (): void => {}
const request: LinuxRequest = {
  signal: new AbortController().signal,
  log: { debug: silent, info: silent, warn: silent },
}
const choice = { kernel: 'generic', architecture: 'x64' } as const

function debian() {
  const folder = scratch()
  const library: Library = { artifact: unexpected, file: unexpected, toolFolder: async () => folder }
  return { folder, distribution: debianDistribution(library) }
}
async function published(): Promise<Repository> {
  const repository = openRepository()
  await repository.publish(fakeDebian())
  return repository
}
const isLink = (value: unknown): value is LinuxFile =>
  typeof value === 'object' && value !== null && 'package' in value && 'path' in value

for (const architecture of ['x64', 'arm64'] as const)
  builds(`every file of the layout for ${architecture} is in its package`, async t => {
    const repository = openRepository()
    await repository.publish(fakeDebian(architecture))
    const { distribution, folder } = debian()
    const packages = await distribution.resolve({ kernel: 'generic', architecture }, request)
    const layout = distribution.layout(packages, architecture)
    t.is(layout.bios === undefined, architecture === 'arm64')
    {
      await using opened = await distribution.open(packages, architecture, request)
      const files = [
        layout.kernel.image,
        ...Object.values(layout.uefi),
        ...Object.values(layout.bios ?? {}),
        ...Object.values(layout.programs),
      ].filter(isLink)
      for (const { package: name, path } of files)
        t.like((await opened.read(name, each => each === path)).entries.get(path), { kind: 'file' }, path)
      for (const [name, folder] of [
        [layout.kernel.modules.packages[0]!, layout.kernel.modules.folder],
        ['libc6', layout.libraries.folder],
        [layout.keymaps.package, `${layout.keymaps.folder}/qwerty`],
      ] as const)
        t.true((await opened.read(name, path => path.startsWith(`${folder}/`))).entries.size > 0, folder)
    }
    t.false(readdirSync(folder).some(name => name.startsWith('download-')))
    t.deepEqual(repository.traces(), [])
  })

builds('the layout names the kernel, its release and the package URLs', async t => {
  await published()
  const { distribution } = debian()
  const packages = await distribution.resolve(choice, request)
  const { kernel, libraries } = distribution.layout(packages, 'x64')
  t.is(kernel.release, `${RELEASE}-amd64`)
  t.like(kernel.package, { name: `linux-image-${RELEASE}-amd64`, version: '6.1.158-1' })
  t.deepEqual(libraries.packages, ['libatomic1', 'libc6', 'libgcc-s1', 'libntfs-3g89', 'libstdc++6'])
  const stub = packages.find(({ name }) => name === 'systemd-boot-efi')!
  t.is(distribution.packageUrl(stub), 'pkg:deb/debian/systemd-boot-efi@252.39-1?arch=amd64')
})

builds('pinned versions are opened while the mirror has them', async t => {
  const repository = await published()
  const { distribution, folder } = debian()
  const packages = await distribution.resolve(choice, request)
  const newer = fakeDebian().map(each => (each.name === 'kbd' ? { ...each, version: '3.0' } : each))
  await repository.publish([
    ...fakeDebian(),
    ...newer.filter(({ version }) => version === '3.0').map(each => ({ ...each, architecture: 'all' })),
  ])
  await (await distribution.open(packages, 'x64', request))[Symbol.asyncDispose]()
  await repository.publish(newer)
  const fault = await faultOf(() => distribution.open(packages, 'x64', request))
  t.like(fault, { code: 'PACKAGE_GONE', subject: 'kbd=2.5.1-1+b1' })
  t.deepEqual(readdirSync(folder), ['amd64'])
  t.like(
    (await distribution.resolve(choice, request)).find(({ name }) => name === 'kbd'),
    { version: '3.0' },
  )
})

builds('a package of the same version with other content is refused', async t => {
  const repository = await published()
  const { distribution } = debian()
  const packages = await distribution.resolve(choice, request)
  await repository.publish(
    fakeDebian().map(each =>
      each.name === 'busybox-static' ? { ...each, content: { './bin/busybox': 'evil' } } : each,
    ),
  )
  const fault = await faultOf(() => distribution.open(packages, 'x64', request))
  t.like(fault, { code: 'PACKAGE_CHANGED', subject: 'busybox-static' })
})

builds('packages that the mirror lacks are named', async t => {
  await openRepository().publish(fakeDebian().filter(({ name }) => !['isolinux', 'kbd'].includes(name)))
  const fault = await faultOf(() => debian().distribution.resolve(choice, request))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'isolinux kbd' })
})

builds('a cancelled download rejects with the reason and leaves no files', async t => {
  await published()
  const { distribution, folder } = debian()
  const packages = await distribution.resolve(choice, request)
  const controller = new AbortController()
  const reason = new Error('stop')
  const polling = setInterval(() => {
    const started = existsSync(folder) && readdirSync(folder).some(name => name.startsWith('download-'))
    if (started) controller.abort(reason)
  }, 1)
  const error = await t.throwsAsync(distribution.open(packages, 'x64', { ...request, signal: controller.signal }))
  clearInterval(polling)
  t.is(error, reason)
  t.deepEqual(readdirSync(folder), ['amd64'])
  t.deepEqual(readdirSync(join(folder, 'amd64', 'archives', 'partial')), [])
})

test('a pinned list without a kernel is refused', async t => {
  const fault = await faultOf(() => debian().distribution.layout([], 'x64'))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'linux-image' })
})

test('generic is the default kernel, and cloud has a limitation', t => {
  const { kernels } = debian().distribution
  t.deepEqual(Object.keys(kernels), ['generic', 'cloud'])
  t.is(kernels.generic?.limitation, undefined)
  t.regex(kernels.cloud!.limitation!, /neither USB nor AHCI/)
})
