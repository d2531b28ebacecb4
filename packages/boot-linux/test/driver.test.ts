import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BootImageRequest, Kind, Library, PinStore } from '@bootwright/api'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { linuxDriver } from '../src/driver.ts'
import { fakeDistribution } from './fake-distribution.ts'
import { agent, faultOf, logOf, requestOf } from './fakes.ts'
import { x86Kernel } from './pe-file.ts'

const library: Library = {
  artifact: () => Promise.reject(new Error('unexpected request for an artifact')),
  file: () => Promise.reject(new Error('unexpected request for a file')),
  toolFolder: async () => scratch(),
}
const pinsIn = (names: string[]): PinStore => ({
  pin(name) {
    names.push(name)
    return Promise.reject(new Error('unknown versions'))
  },
})
const contributions = {
  names: (kind: Kind) => (kind === 'linuxDistribution' ? ['debian', 'fake'] : []),
  use: (() => fakeDistribution()) as unknown as BootImageRequest['use'],
}

test('files require neither library nor distribution', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'kernel'), x86Kernel())
  const files = {
    kernel: 'kernel',
    initramfs: 'kernel',
    loaders: { bios: { isolinux: 'kernel', ldlinux: 'kernel' } },
    date: '2026-01-02T03:04:05Z',
  }
  const names: string[] = []
  const driver = linuxDriver({ library, pins: pinsIn(names), agent })
  t.is((await driver.resolve(requestOf({ files }, { folder }))).description, 'linux from kernel')
  t.deepEqual(names, [])
})

test('versions are pinned by distribution, kernel and architecture', async t => {
  const names: string[] = []
  const driver = linuxDriver({ library, pins: pinsIn(names), agent })
  for (const [kernel, architecture] of [
    [undefined, 'x64'],
    ['generic', 'arm64'],
    ['cloud', 'x64'],
  ] as const)
    await t.throwsAsync(
      driver.resolve(requestOf({ distribution: 'debian', kernel }, { architecture, ...contributions })),
      { message: 'unknown versions' },
    )
  t.deepEqual(names, [
    'boot-linux-debian-generic-x64',
    'boot-linux-debian-generic-arm64',
    'boot-linux-debian-cloud-x64',
  ])
})

test('the limitation of a kernel is a warning', async t => {
  const driver = linuxDriver({ library, pins: pinsIn([]), agent })
  for (const kernel of ['generic', 'cloud'] as const) {
    const log = logOf()
    await t.throwsAsync(driver.resolve(requestOf({ distribution: 'debian', kernel }, { log, ...contributions })))
    t.deepEqual(log.lines, kernel === 'cloud' ? ['warn: `kernel: cloud` starts in virtual machines only'] : [])
  }
})

test('an unknown distribution is refused with the names that exist', async t => {
  const driver = linuxDriver({ library, pins: pinsIn([]), agent })
  const fault = await faultOf(() => driver.resolve(requestOf({ distribution: 'ubuntu' }, contributions)))
  t.like(fault, { code: 'DISTRIBUTION_UNKNOWN', subject: 'ubuntu' })
  t.regex(fault.message, /bootImage\.linux\.distribution: no distribution "ubuntu"; expected one of: debian, fake\./)
})

test('an unknown kernel is refused with the names that exist', async t => {
  const driver = linuxDriver({ library, pins: pinsIn([]), agent })
  const fault = await faultOf(() =>
    driver.resolve(requestOf({ distribution: 'debian', kernel: 'realtime' }, contributions)),
  )
  t.like(fault, { code: 'KERNEL_UNKNOWN', subject: 'realtime' })
  t.regex(fault.message, /expected one of: generic, cloud$/)
})
