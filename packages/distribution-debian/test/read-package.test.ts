import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { readPackage } from '../src/read-package.ts'
import { type DebContent, debFile } from './deb.ts'
import { faultOf } from './fault.ts'

const reads = needs(test, 'dpkg-deb')
const { signal } = new AbortController()
const all = (): boolean => true
async function packageOf(content: DebContent | Buffer, date?: Date): Promise<string> {
  const path = join(scratch(), 'package.deb')
  writeFileSync(path, await debFile(content, date))
  return path
}

reads('paths of files and links have no usr/ prefix', async t => {
  const path = await packageOf({
    './bin/busybox': 'busybox',
    './usr/lib/x86_64-linux-gnu/libc.so.6': { link: 'libc-2.36.so' },
    './usr/share/doc/busybox/copyright': '',
    'etc/plain': 'plain',
  })
  const { entries } = await readPackage(path, all, signal)
  t.deepEqual(
    [...entries],
    [
      ['bin/busybox', { kind: 'file', data: Buffer.from('busybox'), isExecutable: true }],
      ['lib/x86_64-linux-gnu/libc.so.6', { kind: 'link', target: 'libc-2.36.so' }],
      ['share/doc/busybox/copyright', { kind: 'file', data: Buffer.alloc(0), isExecutable: false }],
      ['etc/plain', { kind: 'file', data: Buffer.from('plain'), isExecutable: false }],
    ],
  )
})

reads('only accepted files are returned, and the date is that of the newest file of all', async t => {
  const date = new Date('2026-05-06T07:08:09Z')
  const path = await packageOf({ './a': 'a'.repeat(200_000), './b': 'b'.repeat(100_000) }, date)
  const { entries, date: found } = await readPackage(path, name => name === 'b', signal)
  t.deepEqual([...entries.keys()], ['b'])
  t.deepEqual(found, date)
})

reads('an invalid, truncated or missing package is named', async t => {
  const path = await packageOf({ './a': 'a'.repeat(5000) })
  const whole = await debFile({ './a': 'a'.repeat(5000) })
  for (const bytes of [Buffer.from('text'), Buffer.alloc(0), whole.subarray(0, whole.length - 4000)]) {
    writeFileSync(path, bytes)
    t.like(await faultOf(() => readPackage(path, all, signal)), { code: 'PACKAGE_UNREADABLE', subject: path })
  }
  t.is((await faultOf(() => readPackage('/nowhere/x.deb', all, signal))).code, 'PACKAGE_UNREADABLE')
})

reads('a package with a damaged archive is named, and no process is left waiting', async t => {
  const path = await packageOf(Buffer.alloc(4 << 20, 'x'))
  t.like(await faultOf(() => readPackage(path, all, signal)), { code: 'PACKAGE_UNREADABLE', subject: path })
  const script = `
    import { readPackage } from ${JSON.stringify(new URL('../src/read-package.ts', import.meta.url).href)}
    readPackage(${JSON.stringify(path)}, () => true, new AbortController().signal).catch(error => console.log(error.code))`
  const ended = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 })
  t.is((await ended).stdout, 'PACKAGE_UNREADABLE\n')
})

reads('a cancelled read rejects with the reason', async t => {
  const path = await packageOf({ './a': 'a'.repeat(4 << 20) })
  const reason = new Error('stop')
  t.is(await t.throwsAsync(readPackage(path, all, AbortSignal.abort(reason))), reason)
  const controller = new AbortController()
  const reading = readPackage(
    path,
    () => {
      controller.abort(reason)
      return true
    },
    controller.signal,
  )
  t.is(await t.throwsAsync(reading), reason)
})
