import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fromMemory } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { openDigestCache } from '../../src/content/digest-cache.ts'

const SHA256 = 'ab'.repeat(32)
const bytes = fromMemory('hello')

test('a digest is cached only for the same bytes', async t => {
  const folder = scratch()
  const cache = openDigestCache(folder)
  t.is(await cache.get(bytes), undefined)
  await cache.set(bytes, SHA256)
  t.is(await openDigestCache(folder).get(fromMemory('hello')), SHA256)
  t.is(await cache.get(fromMemory('hellO')), undefined)
})

test('digests of different algorithms are cached separately', async t => {
  const cache = openDigestCache(scratch())
  await cache.set(bytes, SHA256)
  t.is(await cache.get(bytes, 'sha1'), undefined)
  await cache.set(bytes, 'cd'.repeat(20), 'sha1')
  t.is(await cache.get(bytes, 'sha1'), 'cd'.repeat(20))
  t.is(await cache.get(bytes), SHA256)
})

test('a cold cache returns nothing, but still stores digests', async t => {
  const folder = scratch()
  const cold = openDigestCache(folder, true)
  await cold.set(bytes, SHA256)
  t.is(await cold.get(bytes), undefined)
  t.is(await openDigestCache(folder).get(bytes), SHA256)
})

test('a file that does not contain a digest is ignored', async t => {
  const folder = scratch()
  const cache = openDigestCache(folder)
  await cache.set(bytes, SHA256)
  for (const entry of await fs.readdir(join(folder, 'digests'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await fs.writeFile(join(entry.parentPath, entry.name), SHA256.slice(1))
  t.is(await cache.get(bytes), undefined)
})

test('a library that cannot be written to causes no failure, even with concurrent writes', async t => {
  const folder = scratch()
  await fs.writeFile(join(folder, 'digests'), 'in the way')
  const cache = openDigestCache(folder)
  await t.notThrowsAsync(cache.set(bytes, SHA256))
  const other = openDigestCache(scratch())
  await t.notThrowsAsync(Promise.all(Array.from({ length: 8 }, () => other.set(bytes, SHA256))))
  t.is(await other.get(bytes), SHA256)
})
