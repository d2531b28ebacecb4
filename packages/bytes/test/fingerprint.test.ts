import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { computed, concat, fingerprint, fromFile, fromMemory, slice, zeros } from '../src/index.ts'

test('what is made of the same has the same fingerprint', t => {
  const make = () =>
    concat([fromMemory('a'), zeros(3), computed({ id: 'c', size: 2, produce: async () => new Uint8Array(2) })])
  t.is(fingerprint(make()), fingerprint(make()))
  t.regex(fingerprint(make()), /^[0-9a-f]{64}$/)
})
test('any difference in what it is made of is a difference of the fingerprint', async t => {
  const folder = scratch()
  const path = join(folder, 'file')
  writeFileSync(path, 'content')
  const before = await fromFile(path)
  utimesSync(path, 1, 2)
  const all = [
    zeros(3),
    zeros(4),
    fromMemory(new Uint8Array(3)),
    fromMemory('a'),
    computed({ id: 'a', size: 1, produce: async () => new Uint8Array(1) }),
    computed({ id: 'b', size: 1, produce: async () => new Uint8Array(1) }),
    before,
    await fromFile(path),
    slice(before, 0, 3),
    slice(before, 1, 4),
  ]
  t.is(new Set(all.map(fingerprint)).size, all.length)
})
