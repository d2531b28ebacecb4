import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LinuxPackage } from '@bootwright/api'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import type { Apt } from '../src/apt.ts'
import { downloadPackages, fileName } from '../src/download.ts'
import { faultOf } from './fault.ts'

const packageOf = (name: string, version = '1.0-1', architecture = 'amd64'): LinuxPackage => ({
  name,
  version,
  architecture,
  sha256: createHash('sha256').update(`content of ${name}`).digest('hex'),
})
const packages = [packageOf('busybox-static', '1:1.35.0-4+deb12u1'), packageOf('console-data', '2:1.12-9', 'all')]

/** An apt whose downloads succeed or fail as given, and which offers `known`. */
function aptThat(ends: readonly boolean[], known = packages): Apt & { readonly calls: string[] } {
  const calls: string[] = []
  const remaining = [...ends]
  return {
    calls,
    async update() {
      calls.push('update')
    },
    async show(names) {
      calls.push(`show ${names}`)
      return known.filter(({ name, version }) => names.includes(`${name}=${version}`)).map(() => new Map())
    },
    async download(names, folder) {
      calls.push('download')
      if (!remaining.shift()) return false
      for (const each of packages.filter(({ name, version }) => names.includes(`${name}=${version}`)))
        writeFileSync(join(folder, fileName(each)), `content of ${each.name}`)
      return true
    },
  }
}

test('files are named as apt names them', t => {
  t.is(fileName(packages[0]!), 'busybox-static_1%3a1.35.0-4+deb12u1_amd64.deb')
  t.is(fileName(packages[1]!), 'console-data_2%3a1.12-9_all.deb')
})

test('downloaded packages are deleted when they are disposed', async t => {
  const folder = scratch()
  const apt = aptThat([true])
  const downloaded = await downloadPackages(apt, packages, folder)
  t.deepEqual([...downloaded.files.keys()], ['busybox-static', 'console-data'])
  t.deepEqual(
    [...downloaded.files.values()].map(path => readFileSync(path, 'utf8')),
    ['content of busybox-static', 'content of console-data'],
  )
  await downloaded[Symbol.asyncDispose]()
  t.deepEqual(readdirSync(folder), [])
  t.deepEqual(apt.calls, ['download'])
})

test('an error of apt is passed on, and the folder is deleted', async t => {
  const folder = scratch()
  const apt = { ...aptThat([]), download: () => Promise.reject(new Error('apt failed')) }
  await t.throwsAsync(downloadPackages(apt, packages, folder), { message: 'apt failed' })
  t.deepEqual(readdirSync(folder), [])
})

test('out-of-date lists are fetched again before a package counts as unavailable', async t => {
  const apt = aptThat([false, true])
  await using downloaded = await downloadPackages(apt, packages, scratch())
  t.is(downloaded.files.size, 2)
  t.deepEqual(apt.calls, ['download', 'update', 'download'])
})

test('only the packages that the mirror no longer has are named', async t => {
  const folder = scratch()
  const apt = aptThat([], packages.slice(0, 1))
  const fault = await faultOf(() => downloadPackages(apt, packages, folder))
  t.like(fault, { code: 'PACKAGE_GONE', subject: 'console-data=2:1.12-9' })
  t.regex(fault.message, /--update/)
  t.deepEqual(readdirSync(folder), [])
})

test('all packages are named when the mirror cannot be reached', async t => {
  const fault = await faultOf(() => downloadPackages(aptThat([]), packages, scratch()))
  t.is(fault.subject, 'busybox-static=1:1.35.0-4+deb12u1 console-data=2:1.12-9')
})

test('a package of the same version with other content is refused', async t => {
  const folder = scratch()
  const [first, second] = packages as [LinuxPackage, LinuxPackage]
  const pinned = [first, { ...second, sha256: 'f'.repeat(64) }]
  const fault = await faultOf(() => downloadPackages(aptThat([true]), pinned, folder))
  t.like(fault, { code: 'PACKAGE_CHANGED', subject: 'console-data' })
  t.true(fault.message.includes(second.sha256) && fault.message.includes('f'.repeat(64)))
  t.deepEqual(readdirSync(folder), [])
})
