import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import type { Apt } from '../../src/debian/apt.ts'
import { fileName, withPackages } from '../../src/debian/download.ts'
import type { Package } from '../../src/debian/package-list.ts'
import { faultOf } from '../fakes.ts'

const packageOf = (name: string, version = '1.0-1', architecture = 'amd64'): Package => ({
  name,
  version,
  architecture,
  sha256: createHash('sha256').update(`content of ${name}`).digest('hex'),
})
const packages = [packageOf('busybox-static', '1:1.35.0-4+deb12u1'), packageOf('console-data', '2:1.12-9', 'all')]

/** An apt whose downloads end as told, one after the other, and which knows `known`. */
function aptThat(ends: readonly boolean[], known = packages): Apt & { readonly asked: string[] } {
  const asked: string[] = []
  const left = [...ends]
  return {
    asked,
    async update() {
      asked.push('update')
    },
    async show(names) {
      asked.push(`show ${names}`)
      return known.filter(({ name, version }) => names.includes(`${name}=${version}`)).map(() => new Map())
    },
    async download(names, folder) {
      asked.push('download')
      if (!left.shift()) return false
      for (const each of packages.filter(({ name, version }) => names.includes(`${name}=${version}`)))
        writeFileSync(join(folder, fileName(each)), `content of ${each.name}`)
      return true
    },
  }
}
const nothing = (): Promise<never> => Promise.reject(new Error('was used'))

test('a file is called as apt calls it', t => {
  t.is(fileName(packages[0]!), 'busybox-static_1%3a1.35.0-4+deb12u1_amd64.deb')
  t.is(fileName(packages[1]!), 'console-data_2%3a1.12-9_all.deb')
})

test('packages are there while they are used, and gone afterwards', async t => {
  const folder = scratch()
  const apt = aptThat([true])
  let seen: string[] = []
  const result = await withPackages(apt, packages, folder, async files => {
    seen = [...files.values()]
    t.deepEqual([...files.keys()], ['busybox-static', 'console-data'])
    t.deepEqual(
      seen.map(path => readFileSync(path, 'utf8')),
      ['content of busybox-static', 'content of console-data'],
    )
    return 'used'
  })
  t.is(result, 'used')
  t.false(seen.some(existsSync))
  t.deepEqual(readdirSync(folder), [])
  t.deepEqual(apt.asked, ['download'])
})

test('a failure of the use leaves nothing behind and is not changed', async t => {
  const folder = scratch()
  await t.throwsAsync(withPackages(aptThat([true]), packages, folder, nothing), { message: 'was used' })
  t.deepEqual(readdirSync(folder), [])
})

test('old lists are fetched again before anything is given up', async t => {
  const apt = aptThat([false, true])
  t.is(await withPackages(apt, packages, scratch(), async () => 'used'), 'used')
  t.deepEqual(apt.asked, ['download', 'update', 'download'])
})

test('packages that the mirror has no more are named, and those alone', async t => {
  const folder = scratch()
  const apt = aptThat([], packages.slice(0, 1))
  const fault = await faultOf(() => withPackages(apt, packages, folder, nothing))
  t.like(fault, { code: 'PACKAGE_GONE', subject: 'console-data=2:1.12-9' })
  t.regex(fault.message, /--update/)
  t.deepEqual(readdirSync(folder), [])
})

test('when the mirror cannot be reached all packages are named', async t => {
  const fault = await faultOf(() => withPackages(aptThat([]), packages, scratch(), nothing))
  t.is(fault.subject, 'busybox-static=1:1.35.0-4+deb12u1 console-data=2:1.12-9')
})

test('a package of the same version with other content is refused before it is used', async t => {
  const folder = scratch()
  const [first, second] = packages as [Package, Package]
  const kept = [first, { ...second, sha256: 'f'.repeat(64) }]
  const fault = await faultOf(() => withPackages(aptThat([true]), kept, folder, nothing))
  t.like(fault, { code: 'PACKAGE_CHANGED', subject: 'console-data' })
  t.true(fault.message.includes(second.sha256) && fault.message.includes('f'.repeat(64)))
  t.deepEqual(readdirSync(folder), [])
})
