import test from 'ava'
import { type CompiledNode, compiledStep, decodeSequence } from '../../src/compiled.ts'
import { type Condition, conditionSchema } from '../../src/condition.ts'
import { compareVersions, holds, isLike } from '../../src/run/compare.ts'
import { afterFailure, afterSkipped, evaluate, expand, expandAll, type Facts } from '../../src/run/index.ts'

const group = (name: string, end: number, continueOnError = false): CompiledNode => ({
  kind: 'group',
  name,
  end,
  continueOnError,
})
const step = (name: string): CompiledNode => compiledStep(name, 'run', {})

test('a failure leaves the innermost group that continues on error, or ends the sequence', t => {
  // 0 outer(flagged)[1 inner[2 a, 3 b], 4 c], 5 d
  const nodes = [group('outer', 5, true), group('inner', 4), step('a'), step('b'), step('c'), step('d')]
  t.is(afterFailure(nodes, 2), 5)
  t.is(afterFailure(nodes, 4), 5)
  t.is(afterFailure(nodes, 5), undefined)
  const inner = [group('outer', 5), group('inner', 4, true), step('a'), step('b'), step('c'), step('d')]
  t.is(afterFailure(inner, 2), 4)
  t.is(afterFailure(inner, 4), undefined)
  t.is(afterSkipped(inner, 1), 4)
  t.is(afterSkipped(inner, 2), 3)
})

test('%NAME% is replaced where the variable is set, also within values, and never without end', t => {
  const values: Record<string, string> = { a: '%b%!', b: 'x', ring: '%ring%' }
  const get = (name: string): string | undefined => values[name.toLowerCase()]
  t.is(expand('%A% and %Z% and 100% of %B%', get), 'x! and %Z% and 100% of x')
  t.is(expand('date +%Y%m%d', get), 'date +%Y%m%d')
  t.is(expand('%ring%', get), '%ring%')
  t.deepEqual(expandAll({ list: ['%B%', 7], script: '%B%', key: { secret: '%B%' } }, get, ['script']), {
    list: ['x', 7],
    script: '%B%',
    key: { secret: '%B%' },
  })
})

test('the ten operators', t => {
  t.true(holds('abc', { equals: 'ABC' }))
  t.true(holds('10', { greater: 9 }))
  t.false(holds('b10', { greater: 'b9' }))
  t.true(holds(undefined, { notExists: true }))
  t.true(holds(undefined, { notEquals: 'x' }))
  t.false(holds(undefined, { less: 'x' }))
  t.true(holds('5', { lessEqual: 5 }) && holds('5', { greaterEqual: '5' }) && holds('4', { less: 5 }))
  t.true(holds('VMware, Inc.', { like: 'vm*' }) && holds('a', { notLike: 'b?' }) && holds('x', { exists: true }))
  t.true(isLike('a.b', 'a.?') && !isLike('axb', 'a.b'))
  t.true(compareVersions('10.0.9', '10.0.22') < 0)
  t.is(compareVersions('1.0', '1'), 0)
})

const facts: Facts = {
  variable: name => ({ role: 'desk' })[name.toLowerCase()],
  file: async path => (path === '/there' ? { modified: new Date('2026-01-01'), version: '2.10.0' } : undefined),
  folder: async () => undefined,
  registry: async (key, value) => (key === 'HKLM\\Software\\X' && value === 'V' ? '7' : undefined),
  wmi: async query => (query.includes('Battery') ? 1 : 0),
  platform: 'linux',
  environment: 'bootImage',
  firmware: 'uefi',
  architecture: 'x64',
  memory: 4096,
  make: 'Dell Inc.',
  model: 'Latitude 7450',
}

for (const [written, expected] of [
  [{ variable: 'Role', equals: 'desk' }, true],
  [{ any: [{ firmware: 'bios' }, { architecture: 'x64' }] }, true],
  [{ none: [{ firmware: 'bios' }, { platform: 'windows' }] }, true],
  [{ none: [{ firmware: 'uefi' }] }, false],
  [[{ firmware: 'uefi' }, { environment: 'installedSystem' }], false],
  [{ file: '/there', version: { greaterEqual: '2.9' }, timestamp: { less: '2026-06-01' } }, true],
  [{ file: '/there', version: { less: '2.9' } }, false],
  [{ file: '/gone', exists: false }, true],
  [{ folder: '/gone' }, false],
  [{ registry: 'HKLM\\Software\\X', value: 'V', greater: 6 }, true],
  [{ wmi: 'SELECT * FROM Win32_Battery' }, true],
  [{ memory: { greaterEqual: '4GB' } }, true],
  [{ memory: { greater: '4 GB' } }, false],
  [{ make: 'dell*' }, true],
  [{ model: 'Optiplex*' }, false],
] as const)
  test(`${JSON.stringify(written)} is ${expected}`, async t => {
    const condition: Condition = conditionSchema.parse(written)
    t.is(await evaluate(condition, facts), expected)
  })

test('a condition with two operators, or none, is refused', t => {
  t.false(conditionSchema.safeParse({ variable: 'A', equals: 1, less: 2 }).success)
  t.false(conditionSchema.safeParse({ variable: 'A' }).success)
  t.false(conditionSchema.safeParse({ registry: 'SOFTWARE\\X', exists: true }).success)
})

test('the sequence of a medium is validated when it is read', t => {
  const good = {
    formatVersion: 1,
    name: 'Deploy',
    description: '',
    nodes: [group('g', 2), step('a')],
    catalogue: { applications: {}, packages: {} },
  }
  t.is(decodeSequence(good).nodes.length, 2)
  t.throws(() => decodeSequence({ ...good, nodes: [group('g', 9), step('a')] }), {
    message: /a group ends outside of the sequence/,
  })
  t.throws(() => decodeSequence({ ...good, more: 1 }), { message: /not valid/ })
})
