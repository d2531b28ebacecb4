import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { type DeferredPinStore, openPinStore } from '../../src/content/pin-store.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)
const kept = async (keeper: DeferredPinStore, made: string, inputs: unknown = { label: 'lab' }): Promise<string> =>
  text(await keeper.pin('lab/certificate', inputs, async () => bytes(made)))
const storing = async (folder = scratch(), refresh = false): Promise<DeferredPinStore> => {
  const keeper = openPinStore({ folder, refresh })
  await keeper.release()
  return keeper
}

test('is made again only when an input changes', async t => {
  const folder = scratch()
  t.is(await kept(await storing(folder), 'one'), 'one')
  t.is(await kept(await storing(folder), 'two'), 'one')
  t.is(await kept(await storing(folder), 'three', { label: 'other' }), 'three')
  t.is(await kept(await storing(folder, true), 'four', { label: 'other' }), 'four')
  t.is(await kept(await storing(folder), 'five', { label: 'other' }), 'four')
})

test('a password among the inputs is not in the file, which only its owner can read', async t => {
  const folder = scratch()
  await kept(await storing(folder), 'sealed', { password: 'hunter2' })
  const file = join(folder, 'lab/certificate.json')
  const stored = await fs.readFile(file, 'utf8')
  t.false(stored.includes('hunter2'))
  t.is((await fs.stat(file)).mode & 0o777, 0o600)
  t.is((await fs.stat(join(folder, 'lab'))).mode & 0o777, 0o700)
  const other = scratch()
  await kept(await storing(other), 'sealed', { password: 'hunter2' })
  const again = JSON.parse(await fs.readFile(join(other, 'lab/certificate.json'), 'utf8'))
  t.not(again.inputs, JSON.parse(stored).inputs)
  t.is(await kept(await storing(folder), 'made again', { password: 'hunter3' }), 'made again')
})

test('a run that only plans stores nothing; releasing stores what it asked for', async t => {
  const folder = join(scratch(), '.bootwright')
  const keeper = openPinStore({ folder })
  await keeper.pin('earlier', {}, async () => bytes('of another plan'))
  keeper.hold()
  t.is(await kept(keeper, 'one'), 'one')
  t.is(await kept(keeper, 'two'), 'one')
  await t.throwsAsync(fs.stat(folder), { code: 'ENOENT' })
  await keeper.release()
  t.deepEqual(await fs.readdir(folder), ['lab'])
  t.is(await kept(openPinStore({ folder }), 'three'), 'one')
})

test('what failed is tried again', async t => {
  const keeper = await storing()
  await t.throwsAsync(
    keeper.pin('x', {}, () => Promise.reject(new Error('no network'))),
    { message: 'no network' },
  )
  t.is(text(await keeper.pin('x', {}, async () => bytes('made'))), 'made')
})

test('two that ask at once get what was made once', async t => {
  const keeper = await storing()
  let times = 0
  const ask = (): Promise<Uint8Array> =>
    keeper.pin('x', {}, async () => {
      times += 1
      return bytes(`${times}`)
    })
  t.deepEqual((await Promise.all([ask(), ask()])).map(text), ['1', '1'])
})

const damage: Readonly<Record<string, (stored: string) => string>> = {
  'cut short': stored => stored.slice(0, 40),
  'another version': stored => stored.replace('"format": 1', '"format": 2'),
  'a flaw in its data': stored => stored.replace(/"data": "../, '"data": "!!'),
  'a field missing': stored => stored.replace('"salt"', '"salty"'),
  'no object': () => 'null',
}
for (const [what, change] of Object.entries(damage))
  test(`a kept file with ${what} is named, and not made again in silence`, async t => {
    const folder = scratch()
    await kept(await storing(folder), 'one')
    const path = join(folder, 'lab/certificate.json')
    await fs.writeFile(path, change(await fs.readFile(path, 'utf8')))
    t.like(await t.throwsAsync(kept(await storing(folder), 'two')), { code: 'PIN_DAMAGED', path })
  })

test('names never lead out of the folder', async t => {
  const keeper = await storing()
  for (const name of ['', '..', '../x', 'a//b', '/etc/x', 'a\\b', 'a/../../b', 'a\0b'])
    t.like(await t.throwsAsync(keeper.pin(name, {}, async () => bytes(''))), { code: 'PIN_NAME' }, name)
})

test('inputs that JSON would change are refused', async t => {
  const keeper = await storing()
  t.like(await t.throwsAsync(keeper.pin('x', { a: new Map() }, async () => bytes(''))), { code: 'NOT_PLAIN_JSON' })
})
