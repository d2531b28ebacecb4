import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FinishedMedium } from '@bootwright/api'
import { encodeManifest, MANIFEST_PATH } from '@bootwright/medium-format'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { usbTarget } from '../src/target.ts'
import { digests, medium, request, withManifest } from './fakes.ts'

async function write(folder: string, written: FinishedMedium, changes: Parameters<typeof request>[1] = {}) {
  const asked = request({ folder }, { medium: written, ...changes })
  const target = usbTarget(digests)
  return await target.write(await target.plan(asked), asked)
}
const textOf = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8')

test('the files are put where a volume is mounted; an earlier build gives way, and what else is there stays', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await write(folder, withManifest({ 'a.txt': 'one', 'deep/b.txt': 'two' }))
  t.is(textOf(folder, 'deep/b.txt'), 'two')
  await write(folder, withManifest({ 'a.txt': 'three' }))
  t.is(textOf(folder, 'a.txt'), 'three')
  t.false(existsSync(join(folder, 'deep/b.txt')))
  t.is(textOf(folder, 'notes.txt'), 'mine')
  t.true(existsSync(join(folder, MANIFEST_PATH)))
})
test('a file that is in the way is replaced only when that is allowed', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'a.txt'), 'mine')
  t.like(await t.throwsAsync(write(folder, withManifest({ 'a.txt': 'x', 'b.txt': 'y' }))), { code: 'IN_THE_WAY' })
  t.is(textOf(folder, 'a.txt'), 'mine')
  t.false(existsSync(join(folder, 'b.txt')))
  await write(folder, withManifest({ 'a.txt': 'x' }), { overwrite: true })
  t.is(textOf(folder, 'a.txt'), 'x')
})
test('a folder that is not there, and a link, are refused', async t => {
  t.like(await t.throwsAsync(write(join(scratch(), 'gone'), withManifest({ a: 'x' }))), { code: 'NO_FOLDER' })
  const linked = withManifest({ a: 'x' }, { more: { link: { kind: 'link', target: 'a' } } })
  t.like(await t.throwsAsync(write(scratch(), linked)), { code: 'LINK' })
})
test('a manifest that names files elsewhere leads to nothing there', async t => {
  const [folder, outside] = [scratch(), scratch()]
  writeFileSync(join(outside, 'keep'), 'mine')
  const path = `../${outside.split('/').at(-1)}/keep`
  mkdirSync(join(folder, 'bootwright'))
  const entry = { path, size: 1, sha256: '0'.repeat(64) }
  const { id, type, label } = medium()
  writeFileSync(
    join(folder, MANIFEST_PATH),
    encodeManifest({ formatVersion: 1, id, type, label, serial: 0, files: [entry], systemPartition: [] }),
  )
  await write(folder, withManifest({ a: 'x' }))
  t.is(textOf(outside, 'keep'), 'mine')
})
