import { concat, type Entry, fromMemory, read, slice, type Tree, zeros } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { planIso, readIso, readUdf } from '../../src/index.ts'
import { encodeName } from '../../src/udf/text.ts'
import { described, file, OPTIONS, treeOf, trees } from '../volume.ts'

const PERMISSIONS = 0o777
/** What UDF can have of a tree: no links, names up to its length, permissions only. */
function possible(tree: Tree): Tree {
  const isPossible = (path: string): boolean => path.split('/').every(name => encodeName(name).length <= 255)
  return new Map(
    [...tree]
      .filter(([path, { kind }]) => kind !== 'link' && isPossible(path))
      .map(([path, entry]) => [
        path,
        { ...entry, ...('mode' in entry && { mode: (entry.mode ?? 0) & PERMISSIONS }) } as Entry,
      ]),
  )
}
const planned = (tree: Tree, options = {}) => planIso(tree, { ...OPTIONS, udf: true, ...options })

test('whatever tree goes in comes out of UDF again, and out of the ISO 9660 side as without it', async t => {
  const property = fc.asyncProperty(trees, async tree => {
    const { bytes } = planned(possible(tree))
    t.deepEqual(await described((await readUdf(bytes)).tree), await described(possible(tree)))
    t.deepEqual(await described((await readIso(bytes)).tree), await described(possible(tree)))
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }))
})
test('links are on the ISO 9660 side only', async t => {
  const { bytes } = planned(
    new Map<string, Entry>([
      ['link', { kind: 'link', target: 'a' }],
      ['a', file('a')],
    ]),
  )
  t.deepEqual([...(await readUdf(bytes)).tree.keys()], ['a'])
  t.deepEqual([...(await readIso(bytes)).tree.keys()].sort(), ['a', 'link'])
})
test('contents are there once, for both', async t => {
  const { bytes, extents } = planned(treeOf({ 'a/b': 'content', c: 'more' }))
  for (const { path, offset, size } of extents) {
    const entry = (await readUdf(bytes)).tree.get(path)
    if (entry?.kind !== 'file') return t.fail(path)
    t.deepEqual(await read(entry.content), await read(slice(bytes, offset, offset + size)))
  }
})
test('a file of more than 4 GiB has several extents, each byte at its place', async t => {
  const large = concat([zeros(2 ** 30 - 2048), fromMemory('first'), zeros(2 ** 32), fromMemory('last')])
  const { bytes } = planned(new Map([['large', { kind: 'file', content: large }]]))
  const entry = (await readUdf(bytes)).tree.get('large')
  if (entry?.kind !== 'file') return t.fail()
  t.is(entry.content.size, large.size)
  t.is(Buffer.from(await read(entry.content, 2 ** 30 - 2048, 5)).toString(), 'first')
  t.is(Buffer.from(await read(entry.content, large.size - 4, 4)).toString(), 'last')
})
test('the second anchor is the last block, or 256 before it when a GPT is there', async t => {
  const tree = treeOf({ a: 'x' })
  const boot = [{ platform: 'uefi' as const, path: 'a' }]
  for (const [options, before] of [
    [{}, 0],
    [{ boot, hybrid: { seed: 's' } }, 256],
  ] as const) {
    const { bytes } = planned(tree, options)
    const block = Buffer.from(await read(bytes, bytes.size - (before + 1) * 2048, 16))
    t.is(block.readUInt16LE(0), 2)
    t.is(block.readUInt32LE(12), bytes.size / 2048 - 1 - before)
    // The first one lost, the second is found.
    const broken = concat([slice(bytes, 0, 256 * 2048), zeros(2048), slice(bytes, 257 * 2048)])
    t.deepEqual([...(await readUdf(broken)).tree.keys()], ['a'])
  }
})
test('what is broken says so', async t => {
  const { bytes } = planned(treeOf({ 'folder/file': 'content' }))
  const whole = Buffer.from(await read(bytes))
  await t.throwsAsync(readUdf(planIso(treeOf({ a: 'a' }), OPTIONS).bytes), { code: 'NOT_UDF' })
  await t.throwsAsync(readUdf(fromMemory(whole.subarray(0, 300_000))), { code: 'NOT_UDF' })
  const changed = (at: number): Promise<unknown> => {
    const copy = Buffer.from(whole)
    copy[at]! ^= 0xff
    return readUdf(fromMemory(copy))
  }
  const partition = whole.readUInt32LE(34 * 2048 + 188) * 2048
  const fileSet = whole.readUInt32LE(35 * 2048 + 252) * 2048
  await t.throwsAsync(changed(partition + fileSet + 400), { code: 'UDF_DESCRIPTOR' })
  await t.throwsAsync(changed(partition + fileSet + 2 * 2048 + 56), { code: 'UDF_DESCRIPTOR' })
})
test('a name that UDF cannot hold is refused', t => {
  t.throws(() => planned(treeOf({ ['n'.repeat(255)]: 'x' })), { code: 'NAME_TOO_LONG', message: /UDF/ })
  t.notThrows(() => planned(treeOf({ ['n'.repeat(254)]: 'x' })))
})
