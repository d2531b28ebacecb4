import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Library, PinStore } from '@bootwright/api'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { linuxDriver } from '../src/driver.ts'
import { agent, logOf, requestOf } from './fakes.ts'
import { x86Kernel } from './pe-file.ts'

const library: Library = {
  artifact: () => Promise.reject(new Error('asked for an artifact')),
  file: () => Promise.reject(new Error('asked for a file')),
  toolFolder: async () => scratch(),
}
const keeperOf = (asked: string[]): PinStore => ({
  pin(name) {
    asked.push(name)
    return Promise.reject(new Error('asked for the versions'))
  },
})

test('files need neither library nor apt', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'kernel'), x86Kernel())
  const files = {
    kernel: 'kernel',
    initramfs: 'kernel',
    loaders: { bios: { isolinux: 'kernel', ldlinux: 'kernel' } },
    date: '2026-01-02T03:04:05Z',
  }
  const asked: string[] = []
  const driver = linuxDriver({ library, keeper: keeperOf(asked), agent })
  t.is((await driver.resolve(requestOf({ files }, { folder }))).description, 'linux from kernel')
  t.deepEqual(asked, [])
})

test('a distribution is kept by kernel and architecture', async t => {
  const asked: string[] = []
  const driver = linuxDriver({ library, keeper: keeperOf(asked), agent })
  for (const [kernel, architecture] of [
    [undefined, 'x64'],
    ['generic', 'arm64'],
    ['cloud', 'x64'],
  ] as const)
    await t.throwsAsync(driver.resolve(requestOf({ distribution: 'debian', kernel }, { architecture })), {
      message: 'asked for the versions',
    })
  t.deepEqual(asked, [
    'boot-linux-debian-generic-x64',
    'boot-linux-debian-generic-arm64',
    'boot-linux-debian-cloud-x64',
  ])
})

test('a kernel that drives neither USB nor AHCI is warned about', async t => {
  const driver = linuxDriver({ library, keeper: keeperOf([]), agent })
  for (const kernel of ['generic', 'cloud'] as const) {
    const log = logOf()
    await t.throwsAsync(driver.resolve(requestOf({ distribution: 'debian', kernel }, { log })))
    t.is(log.lines.filter(line => line.startsWith('warn: `kernel: cloud`')).length, kernel === 'cloud' ? 1 : 0)
  }
})
