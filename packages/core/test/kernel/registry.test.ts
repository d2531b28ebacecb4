import { type Contributions, type Kind, token } from '@bootwright/api'
import test from 'ava'
import { KernelError } from '../../src/kernel/kernel-error.ts'
import { PluginError } from '../../src/kernel/plugin-error.ts'
import { Registry } from '../../src/kernel/registry.ts'

const reader = { open: async () => undefined }
const as = (value: unknown): Contributions['imageReader'] => value as Contributions['imageReader']

test('a contribution is created once, on first use, from its needs', t => {
  const registry = new Registry()
  const Name = token<string>('test-name')
  let count = 0
  registry.contribute('p', 'imageReader', 'x', [Name], name => {
    count += 1
    return { open: async () => ({ format: name, label: '', tree: new Map(), boot: [], facts: {} }) }
  })
  registry.provide('later', Name, [], () => 'disc')
  t.is(count, 0)
  t.is(registry.use('imageReader', 'x'), registry.use('imageReader', 'x'))
  t.is(count, 1)
  t.deepEqual(registry.names('imageReader'), ['x'])
  t.is(registry.owner('imageReader', 'x'), 'p')
})

test('an unknown name lists the known ones', t => {
  const registry = new Registry()
  t.like(
    t.throws(() => registry.use('imageReader', 'toString')),
    { code: 'CONTRIBUTION_UNKNOWN', known: [] },
  )
  registry.contribute('p', 'imageReader', 'iso', [], () => reader)
  registry.contribute('p', 'imageReader', 'wim', [], () => reader)
  const error = t.throws(() => registry.use('imageReader', 'izo'), { instanceOf: KernelError })
  t.deepEqual(error?.known, ['iso', 'wim'])
  t.is(error?.message, 'no imageReader "izo"; known: iso, wim')
})

test('a name defined twice names both plugins', t => {
  const registry = new Registry()
  registry.contribute('first', 'imageReader', 'iso', [], () => reader)
  const error = t.throws(() => registry.contribute('second', 'imageReader', 'iso', [], () => reader))
  t.like(error, { code: 'CONTRIBUTION_TWICE', message: 'second and first both define imageReader "iso"' })
  const Service = token<object>('test-twice')
  registry.provide('first', Service, [], () => ({}))
  t.like(
    t.throws(() => registry.provide('second', Service, [], () => ({}))),
    { code: 'CONTRIBUTION_TWICE' },
  )
})

test('a factory that fails is attributed to its owner, not to its users', t => {
  const registry = new Registry()
  const Key = token<object>('test-key')
  const cause = new Error('no slot')
  registry.provide('key-vendor', Key, [], () => {
    throw cause
  })
  registry.contribute('user', 'imageReader', 'x', [Key], () => reader)
  const error = t.throws(() => registry.use('imageReader', 'x'), { instanceOf: PluginError })
  t.like(error, { plugin: 'key-vendor', where: 'create @bootwright/api:test-key', cause })
})

for (const [what, value] of [
  ['nothing', undefined],
  ['null', null],
  ['a promise', Promise.resolve(reader)],
] as const)
  test(`a factory that returns ${what} is attributed to its owner`, t => {
    const registry = new Registry()
    registry.contribute('p', 'imageReader', 'x', [], () => as(value))
    const error = t.throws(() => registry.use('imageReader', 'x'), { instanceOf: PluginError })
    t.is(error?.plugin, 'p')
    t.like(error?.cause, { code: 'CONTRIBUTION_INVALID' })
  })

test('a missing service is named, with those that are provided', t => {
  const registry = new Registry()
  const Known = token<object>('test-known')
  const Missing = token<object>('test-missing')
  registry.provide('p', Known, [], () => ({}))
  registry.contribute('needy', 'imageReader', 'x', [Known, Missing], () => reader)
  const error = t.throws(() => registry.use('imageReader', 'x'), { instanceOf: PluginError })
  t.is(error?.plugin, 'needy')
  t.like(error?.cause, { code: 'SERVICE_MISSING', known: ['@bootwright/api:test-known'] })
  t.like(
    t.throws(() => registry.get(Missing)),
    { code: 'SERVICE_MISSING' },
  )
})

test('services that need each other are listed as a cycle', t => {
  const registry = new Registry()
  const A = token<object>('test-a')
  const B = token<object>('test-b')
  registry.provide('p', A, [B], () => ({}))
  registry.provide('q', B, [A], () => ({}))
  const error = t.throws(() => registry.get(A), { instanceOf: PluginError })
  t.like(error?.cause, { code: 'SERVICE_CYCLE' })
  t.regex(error?.message ?? '', /test-a -> @bootwright\/api:test-b -> @bootwright\/api:test-a/)
})

test('invalid arguments from plain JavaScript are refused', t => {
  const registry = new Registry()
  const wrong = { code: 'CONTRIBUTION_INVALID' }
  t.like(
    t.throws(() => registry.contribute('p', 'imageReader' as Kind, '', [], () => reader as never)),
    wrong,
  )
  t.like(
    t.throws(() => registry.contribute('p', 'imageReader', 'x', [undefined as never], () => reader)),
    wrong,
  )
  t.like(
    t.throws(() => registry.contribute('p', 'imageReader', 'x', undefined as never, () => reader)),
    wrong,
  )
  t.like(
    t.throws(() => registry.contribute('p', 'imageReader', 'x', [], reader as never)),
    wrong,
  )
  t.like(
    t.throws(() => registry.provide('p', 'library' as never, [], () => ({}))),
    wrong,
  )
  t.deepEqual(registry.names('imageReader'), [])
})

test('a contribution that lacks members is refused with its plugin and their names', t => {
  const registry = new Registry()
  registry.contribute('p', 'imageReader', 'x', [], () => as({ opens: async () => undefined }))
  const error = t.throws(() => registry.use('imageReader', 'x'), { instanceOf: PluginError })
  t.like(error, { plugin: 'p', cause: { code: 'CONTRIBUTION_INVALID', known: ['open'] } })
  t.regex(error!.message, /without open; expected open/)
})
