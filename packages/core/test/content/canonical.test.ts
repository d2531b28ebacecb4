import test from 'ava'
import fc from 'fast-check'
import { canonicalJson } from '../../src/content/canonical.ts'
import { hidden } from '../../src/secrets/secret.ts'

test('the order of keys does not matter, the order of lists does', t => {
  t.is(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }), '{"a":{"c":"x","d":null},"b":[2,1]}')
  t.is(canonicalJson({ a: { c: 'x', d: null }, b: [2, 1] }), canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }))
  t.is(canonicalJson({ a: undefined, b: 1 }), '{"b":1}')
})

test('the canonical form is valid JSON of the value', t => {
  fc.assert(
    fc.property(fc.jsonValue(), value =>
      t.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value))),
    ),
  )
})

for (const [what, value] of Object.entries({
  'a Map': new Map([['a', 1]]),
  bytes: new Uint8Array(2),
  'a secret': hidden('here', 'hunter2'),
  'a Date': new Date(0),
  'a function': () => 1,
  'a bigint': 1n,
}))
  test(`${what} is refused with its path`, t => {
    t.like(
      t.throws(() => canonicalJson({ inputs: [{ x: value }] })),
      { code: 'NOT_PLAIN_JSON', path: 'inputs.0.x' },
    )
  })

test('a value that contains itself is refused', t => {
  const ring: { self?: unknown } = {}
  ring.self = ring
  t.like(
    t.throws(() => canonicalJson(ring)),
    { code: 'NOT_PLAIN_JSON' },
  )
})
