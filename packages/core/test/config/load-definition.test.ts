import { join } from 'node:path'
import { DefinitionError } from '@bootwright/diagnostics'
import test, { type ExecutionContext } from 'ava'
import { loadDefinition, type RawDefinition } from '../../src/config/load-definition.ts'
import { folderWith } from './write-files.ts'

const { signal } = new AbortController()

async function load(t: ExecutionContext, name: string, text: string): Promise<RawDefinition> {
  return loadDefinition(join(await folderWith(t, { [name]: text }), name), signal)
}
const failure = (t: ExecutionContext, name: string, text: string): Promise<DefinitionError> =>
  t.throwsAsync<DefinitionError>(load(t, name, text), { instanceOf: DefinitionError }) as Promise<DefinitionError>

test('YAML keeps the position of keys and list entries', async t => {
  const raw = await load(
    t,
    'x.yaml',
    'site:\n  code: P01\nmedia:\n  lab:\n    targets:\n      - iso: {}\n      - disk\n',
  )
  t.deepEqual(raw.value, { site: { code: 'P01' }, media: { lab: { targets: [{ iso: {} }, 'disk'] } } })
  t.deepEqual(raw.locate(['site', 'code']), { line: 2, column: 3 })
  t.deepEqual(raw.locate(['media', 'lab', 'targets', 0, 'iso']), { line: 6, column: 9 })
  t.deepEqual(raw.locate(['media', 'lab', 'targets', 1]), { line: 7, column: 9 })
})

test('an absent part has the position of the enclosing one', async t => {
  const raw = await load(t, 'x.yaml', 'media:\n  lab:\n    label: x\n')
  t.deepEqual(raw.locate(['media', 'lab', 'type']), { line: 2, column: 3 })
  t.deepEqual(raw.locate(['plugins']), { line: 1, column: 1 })
})

test('media may share settings by anchors, and mistakes in them are located', async t => {
  const raw = await load(t, 'x.yaml', 'media:\n  a: &a\n    label: x\n    iso: { f: 1 }\n  b:\n    <<: *a\n  c: *a\n')
  const shared = { label: 'x', iso: { f: 1 } }
  t.deepEqual(raw.value, { media: { a: shared, b: shared, c: shared } })
  t.deepEqual(raw.locate(['media', 'c', 'iso', 'f']), { line: 4, column: 12 })
})

test('dates stay text', async t => {
  t.deepEqual((await load(t, 'x.yaml', 'from: 2026-11-01')).value, { from: '2026-11-01' })
})

test('all syntax errors are reported, each with its position', async t => {
  const { findings } = await failure(t, 'x.yaml', 'a: 1\na: 2\nb: [1, 2\nc: "x\n')
  t.true(findings.length >= 2)
  t.like(findings[0], { line: 2, column: 1, severity: 'error' })
  for (const finding of findings) t.true(finding.line !== undefined)
})

test('an unknown tag and a second document are errors', async t => {
  await failure(t, 'x.yaml', 'a: !secret x')
  await failure(t, 'x.yaml', 'a: 1\n---\nb: 2\n')
})

test('an alias without an anchor is an error', async t => {
  await failure(t, 'x.yaml', 'a: *nothing')
})

test('expansion of aliases is limited', async t => {
  const levels = Array.from({ length: 20 }, (_, index) =>
    index === 0 ? 'l0: &l0 [x, x]' : `l${index}: &l${index} [*l${index - 1}, *l${index - 1}, *l${index - 1}]`,
  )
  await failure(t, 'x.yaml', levels.join('\n'))
})

test('JSON keeps positions, and duplicate keys are refused', async t => {
  const raw = await load(t, 'x.json', '{\n\t"media": {\n\t\t"lab": {}\n\t}\n}')
  t.deepEqual(raw.value, { media: { lab: {} } })
  t.deepEqual(raw.locate(['media', 'lab']), { line: 3, column: 3 })
  const { findings } = await failure(t, 'x.json', '{\n"a": 1,\n"a": 2 }')
  t.is(findings[0]?.line, 3)
})

test('package.json contains the definition in a property', async t => {
  const raw = await load(t, 'package.json', '{\n  "name": "x",\n  "bootwright": { "media": {} }\n}')
  t.deepEqual(raw.value, { media: {} })
  t.deepEqual(raw.locate(['media']), { line: 3, column: 19 })
  await failure(t, 'package.json', '{}')
})

test('a program exports the definition, or a function that returns it', async t => {
  t.deepEqual((await load(t, 'a.mjs', 'export default { media: { lab: undefined, b: {} } }')).value, {
    media: { b: {} },
  })
  t.deepEqual((await load(t, 'b.mjs', 'export default async () => ({ media: {} })')).value, { media: {} })
  const typed = 'const code: string = "P01"\nexport default { site: { code } } as const'
  t.deepEqual((await load(t, 'c.ts', typed)).value, { site: { code: 'P01' } })
})

test('an error of a program is reported with its own message', async t => {
  const { findings, cause } = await failure(t, 'a.mjs', 'throw new TypeError("no such site")')
  t.regex(findings[0]!.message, /no such site/)
  t.true(cause instanceof TypeError)
  t.regex((await failure(t, 'b.mjs', 'export const x = 1')).message, /no default export/)
  t.regex((await failure(t, 'c.mjs', 'import "./gone.mjs"')).message, /gone\.mjs/)
})

test('a program may return only plain data', async t => {
  const { findings } = await failure(t, 'a.mjs', 'export default { a: new Date(0), b: [() => 1], c: 1n, d: NaN }')
  t.deepEqual(
    findings.map(({ path }) => path),
    [['a'], ['b', 0], ['c'], ['d']],
  )
  await failure(t, 'b.mjs', 'const a = {}; a.a = a; export default a')
})

test('a file with an unknown extension, a missing file and a folder are refused', async t => {
  const folder = await folderWith(t, { 'x.toml': '', 'y.yaml/z': '' })
  await t.throwsAsync(loadDefinition(join(folder, 'x.toml'), signal), {
    code: 'DEFINITION_UNREADABLE',
    message: /\.yaml/,
  })
  await t.throwsAsync(loadDefinition(join(folder, 'gone.yaml'), signal), { code: 'DEFINITION_NOT_FOUND' })
  await t.throwsAsync(loadDefinition(join(folder, 'y.yaml'), signal), { code: 'DEFINITION_UNREADABLE' })
})

test('a cancelled run reads nothing', async t => {
  const reason = new Error('stop')
  const error = await t.throwsAsync(loadDefinition('/nowhere.yaml', AbortSignal.abort(reason)))
  t.is(error, reason)
})
