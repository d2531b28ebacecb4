import test from 'ava'
import fc from 'fast-check'
import {
  decodeHive,
  dwordValue,
  encodeHive,
  type HiveKey,
  keyAt,
  stringValue,
  textOf,
  valueNamed,
  withValue,
} from '../src/index.ts'
import { date, sample } from './sample.ts'

/** Keys in the order that hives have them, with plain arrays for data; without descriptors, which all are the same. */
const plain = ({ name, keys, values }: HiveKey): object => ({
  name,
  keys: keys.map(plain),
  values: values.map(value => ({ ...value, data: [...value.data] })),
})
const byName = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
const sorted = (key: HiveKey): HiveKey => ({ ...key, keys: byName(key.keys).map(sorted), values: byName(key.values) })

test('what goes in comes out again', t => {
  t.deepEqual(plain(decodeHive(encodeHive(sample, { date }))), plain(sorted(sample)))
})
test('whatever keys go in come out again', t => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .filter(text => !/[\\\0]/.test(text) && text.isWellFormed())
  const value = fc.record({
    name: fc.oneof(fc.constant(''), name),
    type: fc.nat(11),
    data: fc.uint8Array({ maxLength: 100 }),
  })
  const unique = { selector: (each: { name: string }) => each.name.toUpperCase(), maxLength: 8 }
  const { key } = fc.letrec<{ key: HiveKey }>(tie => ({
    key: fc.record({
      name,
      keys: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constant([]),
        fc.uniqueArray(tie('key'), unique),
      ),
      values: fc.uniqueArray(value, unique),
    }),
  }))
  const property = fc.property(key, root =>
    t.deepEqual(plain(decodeHive(encodeHive(root, { date }))), plain(sorted(root))),
  )
  t.notThrows(() => fc.assert(property, { numRuns: 100 }))
})
test('the order of keys and values changes no byte', t => {
  const backwards = (key: HiveKey): HiveKey => ({
    ...key,
    keys: key.keys.map(backwards).reverse(),
    values: key.values.toReversed(),
  })
  t.deepEqual(encodeHive(backwards(sample), { date }), encodeHive(sample, { date }))
})
test('security descriptors are kept, each once', t => {
  const security = Uint8Array.from({ length: 60 }, (_, at) => at)
  const child = (name: string) => ({ name, keys: [], values: [], security })
  const bytes = encodeHive({ name: 'r', values: [], keys: [child('a'), child('b')] }, { date })
  t.deepEqual(keyAt(decodeHive(bytes), 'B')!.security, security)
  t.is(bytes.toString('latin1').split('sk').length - 1, 2)
})
test('class names are kept, and which keys stand for others', t => {
  const root: HiveKey = {
    name: 'r',
    values: [],
    keys: [
      { name: 'JD', keys: [], values: [], className: 'a1b2c3d4' },
      { name: 'Current', keys: [], values: [], isLink: true },
    ],
  }
  const read = decodeHive(encodeHive(root, { date }))
  t.is(keyAt(read, 'JD')!.className, 'a1b2c3d4')
  t.is(keyAt(read, 'JD')!.isLink, undefined)
  t.true(keyAt(read, 'Current')!.isLink)
  t.throws(() => encodeHive({ ...root, className: 'x'.repeat(40_000) }, { date }), { message: /40000 characters/ })
})
test('a value is set in a key, old or new', t => {
  const once = withValue(sample, ['software', 'Key 7'], dwordValue('N', 70))
  t.deepEqual(keyAt(once, 'Software', 'Key 7')!.values, [dwordValue('N', 70)])
  t.is(keyAt(once, 'Software')!.keys.length, 600)
  const twice = withValue(once, ['Software', 'New', 'Newer'], dwordValue('n', 1))
  t.deepEqual(keyAt(twice, 'software', 'new', 'newer')!.values, [dwordValue('n', 1)])
  t.is(keyAt(sample, 'Software', 'New'), undefined)
})
test('keys and values are found without regard to case', t => {
  const root = decodeHive(encodeHive(sample, { date }))
  t.is(textOf(valueNamed(keyAt(root, 'SOFTWARE')!, 'größe')!), 'ein Wert')
  t.is(keyAt(root, 'Software', 'not there', 'deeper'), undefined)
})
test('what no hive can have is refused', t => {
  const root = (keys: readonly HiveKey[]): HiveKey => ({ name: 'r', keys, values: [] })
  const key = (name: string): HiveKey => ({ name, keys: [], values: [] })
  for (const keys of [[key('')], [key('a\\b')], [key('x'.repeat(256))], [key('a'), key('A')]])
    t.throws(() => encodeHive(root(keys), { date }), { code: 'HIVE_NAME' })
  const values = [stringValue('a', '1'), stringValue('A', '2')]
  t.throws(() => encodeHive({ ...root([]), values }, { date }), { code: 'HIVE_NAME' })
})
test('what is broken says so', t => {
  const bytes = encodeHive(sample, { date })
  const changed = (at: number): Buffer => {
    const copy = Buffer.from(bytes)
    copy[at]! ^= 0xff
    return copy
  }
  t.throws(() => decodeHive(bytes.subarray(0, 5000)), { code: 'HIVE_TRUNCATED' })
  t.throws(() => decodeHive(changed(0)), { code: 'HIVE_SIGNATURE' })
  t.throws(() => decodeHive(changed(20)), { code: 'HIVE_SIGNATURE', message: /checksum/ })
  t.throws(() => decodeHive(changed(4096 + 32 + 4)), { code: 'HIVE_CELL', message: /key node at byte 4128/ })
})
