import test from 'ava'
import type { Apt } from '../../src/debian/apt.ts'
import type { Stanza } from '../../src/debian/control.ts'
import { resolvePackages } from '../../src/debian/resolve-packages.ts'
import { faultOf } from '../fakes.ts'
import { fakeDebian } from './fake-debian.ts'

/** An apt that knows the packages of a fake Debian but for some, and says what it was asked. */
function aptWithout(...unknown: readonly string[]): Apt & { readonly asked: string[] } {
  const asked: string[] = []
  const known = new Map(
    fakeDebian()
      .filter(({ name }) => !unknown.includes(name))
      .map(({ name, version, architecture, depends = '' }): [string, Stanza] => [
        name,
        new Map(Object.entries({ package: name, version, architecture, depends, sha256: `digest of ${name}` })),
      ]),
  )
  return {
    asked,
    async update() {
      asked.push('update')
    },
    async show(names) {
      asked.push(names.length > 2 ? 'show' : `show ${names.join(' ')}`)
      return names.flatMap(name => known.get(name.replace(/=.*/, '')) ?? [])
    },
    download: () => Promise.reject(new Error('nothing is downloaded yet')),
  }
}

test('all packages are found, sorted by name, without the one that only points to the kernel', async t => {
  const apt = aptWithout()
  const packages = await resolvePackages(apt, 'generic', 'x64')
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
  t.deepEqual(apt.asked, [
    'update',
    'show',
    'show linux-image-6.1.0-41-amd64=6.1.158-1',
    'show libc6 libntfs-3g89=1:2022.10.3-1',
  ])
})

test('every package that apt does not know is named, and no other', async t => {
  const fault = await faultOf(() => resolvePackages(aptWithout('kbd', 'shim-signed'), 'generic', 'x64'))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'shim-signed kbd' })
  const second = await faultOf(() => resolvePackages(aptWithout('libntfs-3g89'), 'generic', 'x64'))
  t.like(second, { code: 'PACKAGE_UNKNOWN', subject: 'libntfs-3g89' })
  t.is((await faultOf(() => resolvePackages(aptWithout(), 'cloud', 'x64'))).subject, 'linux-image-cloud-amd64')
})
