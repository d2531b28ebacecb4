import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { type DeferredPinStore, openPinStore } from '../../src/content/pin-store.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)
const pinned = async (pins: DeferredPinStore, data: string, inputs: unknown = { label: 'lab' }): Promise<string> =>
  text(await pins.pin('lab/certificate', inputs, async () => bytes(data)))
const openStoring = async (folder = scratch(), refresh = false): Promise<DeferredPinStore> => {
  const pins = openPinStore({ folder, refresh })
  await pins.release()
  return pins
}

test('a pin is created again only when an input changes', async t => {
  const folder = scratch()
  t.is(await pinned(await openStoring(folder), 'one'), 'one')
  t.is(await pinned(await openStoring(folder), 'two'), 'one')
  t.is(await pinned(await openStoring(folder), 'three', { label: 'other' }), 'three')
  t.is(await pinned(await openStoring(folder, true), 'four', { label: 'other' }), 'four')
  t.is(await pinned(await openStoring(folder), 'five', { label: 'other' }), 'four')
})

test('a password among the inputs is not in the file, which only its owner can read', async t => {
  const folder = scratch()
  await pinned(await openStoring(folder), 'sealed', { password: 'hunter2' })
  const file = join(folder, 'lab/certificate.json')
  const stored = await fs.readFile(file, 'utf8')
  t.false(stored.includes('hunter2'))
  t.is((await fs.stat(file)).mode & 0o777, 0o600)
  t.is((await fs.stat(join(folder, 'lab'))).mode & 0o777, 0o700)
  const other = scratch()
  await pinned(await openStoring(other), 'sealed', { password: 'hunter2' })
  const again = JSON.parse(await fs.readFile(join(other, 'lab/certificate.json'), 'utf8'))
  t.not(again.inputs, JSON.parse(stored).inputs)
  t.is(await pinned(await openStoring(folder), 'created again', { password: 'hunter3' }), 'created again')
})

test('a plan stores nothing, and release stores the pins that it requested', async t => {
  const folder = join(scratch(), '.bootwright')
  const pins = openPinStore({ folder })
  await pins.pin('earlier', {}, async () => bytes('of another plan'))
  pins.hold()
  t.is(await pinned(pins, 'one'), 'one')
  t.is(await pinned(pins, 'two'), 'one')
  await t.throwsAsync(fs.stat(folder), { code: 'ENOENT' })
  await pins.release()
  t.deepEqual(await fs.readdir(folder), ['lab'])
  t.is(await pinned(openPinStore({ folder }), 'three'), 'one')
})

test('a failure is not pinned', async t => {
  const pins = await openStoring()
  await t.throwsAsync(
    pins.pin('x', {}, () => Promise.reject(new Error('no network'))),
    { message: 'no network' },
  )
  t.is(text(await pins.pin('x', {}, async () => bytes('created'))), 'created')
})

test('concurrent requests share one pin', async t => {
  const pins = await openStoring()
  let times = 0
  const request = (): Promise<Uint8Array> =>
    pins.pin('x', {}, async () => {
      times += 1
      return bytes(`${times}`)
    })
  t.deepEqual((await Promise.all([request(), request()])).map(text), ['1', '1'])
})

const damage: Readonly<Record<string, (stored: string) => string>> = {
  'cut short': stored => stored.slice(0, 40),
  'another version': stored => stored.replace('"format": 1', '"format": 2'),
  'a flaw in its data': stored => stored.replace(/"data": "../, '"data": "!!'),
  'a field missing': stored => stored.replace('"salt"', '"salty"'),
  'no object': () => 'null',
}
for (const [what, change] of Object.entries(damage))
  test(`a pin file with ${what} is reported and not recreated`, async t => {
    const folder = scratch()
    await pinned(await openStoring(folder), 'one')
    const path = join(folder, 'lab/certificate.json')
    await fs.writeFile(path, change(await fs.readFile(path, 'utf8')))
    const error = await t.throwsAsync(pinned(await openStoring(folder), 'two'))
    t.like(error, { code: 'PIN_DAMAGED', path })
    t.true(error.message.startsWith(`the pin file ${path} is damaged`) && error.message.includes('restore it'))
  })

test('names cannot leave the folder', async t => {
  const pins = await openStoring()
  for (const name of ['', '..', '../x', 'a//b', '/etc/x', 'a\\b', 'a/../../b', 'a\0b'])
    t.like(await t.throwsAsync(pins.pin(name, {}, async () => bytes(''))), { code: 'PIN_NAME' }, name)
})

test('inputs that JSON would change are refused', async t => {
  const pins = await openStoring()
  t.like(await t.throwsAsync(pins.pin('x', { a: new Map() }, async () => bytes(''))), { code: 'NOT_PLAIN_JSON' })
})
