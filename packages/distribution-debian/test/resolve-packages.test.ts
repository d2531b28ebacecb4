import test from 'ava'
import type { Apt } from '../src/apt.ts'
import type { Stanza } from '../src/control.ts'
import { resolvePackages } from '../src/resolve-packages.ts'
import { fakeDebian } from './fake-debian.ts'
import { faultOf } from './fault.ts'

const choice = { kernel: 'generic', architecture: 'x64' } as const

/** An apt that offers the packages of a fake Debian except some, and records the calls. */
function aptWithout(...unknown: readonly string[]): Apt & { readonly calls: string[] } {
  const calls: string[] = []
  const known = new Map(
    fakeDebian()
      .filter(({ name }) => !unknown.includes(name))
      .map(({ name, version, architecture, depends = '' }): [string, Stanza] => [
        name,
        new Map(Object.entries({ package: name, version, architecture, depends, sha256: `digest of ${name}` })),
      ]),
  )
  return {
    calls,
    async update() {
      calls.push('update')
    },
    async show(names) {
      calls.push(names.length > 2 ? 'show' : `show ${names.join(' ')}`)
      return names.flatMap(name => known.get(name.replace(/=.*/, '')) ?? [])
    },
    download: () => Promise.reject(new Error('unexpected download')),
  }
}

test('all packages are found, sorted by name, without the meta package of the kernel', async t => {
  const apt = aptWithout()
  const packages = await resolvePackages(apt, choice)
  const expected = fakeDebian().map(({ name }) => name)
  t.deepEqual(
    packages.map(({ name }) => name),
    expected.filter(name => name !== 'linux-image-amd64').sort(),
  )
  t.deepEqual(
    packages.find(({ name }) => name === 'linux-image-6.1.0-41-amd64'),
    {
      name: 'linux-image-6.1.0-41-amd64',
      version: '6.1.158-1',
      architecture: 'amd64',
      sha256: 'digest of linux-image-6.1.0-41-amd64',
    },
  )
  t.deepEqual(apt.calls, [
    'update',
    'show',
    'show linux-image-6.1.0-41-amd64=6.1.158-1',
    'show libc6 libntfs-3g89=1:2022.10.3-1',
  ])
})

test('every package that apt cannot find is named, and no other', async t => {
  const fault = await faultOf(() => resolvePackages(aptWithout('kbd', 'shim-signed'), choice))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'shim-signed kbd' })
  const second = await faultOf(() => resolvePackages(aptWithout('libntfs-3g89'), choice))
  t.like(second, { code: 'PACKAGE_UNKNOWN', subject: 'libntfs-3g89' })
  t.is(
    (await faultOf(() => resolvePackages(aptWithout(), { ...choice, kernel: 'cloud' }))).subject,
    'linux-image-cloud-amd64',
  )
})
