import { join } from 'node:path'
import type { Plugin } from '@bootwright/api'
import type { DefinitionError } from '@bootwright/diagnostics'
import test, { type ExecutionContext } from 'ava'
import { loadPlugins } from '../../src/plugins/load-plugins.ts'
import { folderWith } from '../config/write-files.ts'

const { signal } = new AbortController()
const PLUGIN = (name: string, more = ''): string =>
  `export default { name: '${name}', apiVersion: 1, setup() {}, ${more} }`

type Listed = string | readonly [string, unknown]
async function load(
  t: ExecutionContext,
  files: Record<string, string>,
  listed: readonly Listed[],
  builtIn: readonly Plugin[] = [],
): Promise<string[]> {
  const folder = await folderWith(t, { 'lab/bootwright.config.yaml': '', ...files })
  const references = listed.map((each, index) => {
    const [specifier, options] = typeof each === 'string' ? [each, undefined] : each
    return { specifier: specifier.replace('<folder>', folder), options, path: ['plugins', index] }
  })
  const definitionPath = join(folder, 'lab/bootwright.config.yaml')
  return (await loadPlugins(references, { definitionPath, builtIn, signal })).map(({ name }) => name)
}
async function refused(t: ExecutionContext, ...args: [Record<string, string>, readonly Listed[]]): Promise<string[]> {
  const error = await t.throwsAsync<DefinitionError>(load(t, ...args), { code: 'DEFINITION' })
  return error!.findings.map(({ message }) => message.replaceAll(/\/\S*bootwright-test-\w+/g, '<folder>'))
}
const packed = (name: string, manifest: object, files: Record<string, string>): Record<string, string> => {
  const root = `node_modules/${name}`
  const entries = Object.entries(files).map(([file, text]) => [`${root}/${file}`, text])
  return {
    [`${root}/package.json`]: JSON.stringify({ name, type: 'module', ...manifest }),
    ...Object.fromEntries(entries),
  }
}

test('a plugin is found relative to the definition, by path or as a package', async t => {
  const files = {
    'lab/local.mjs': PLUGIN('local'),
    'above.mjs': PLUGIN('above'),
    'absolute.mjs': PLUGIN('absolute'),
    ...packed('@acme/bare', { main: 'index.js' }, { 'index.js': PLUGIN('@acme/bare') }),
  }
  t.deepEqual(await load(t, files, ['./local.mjs', '../above.mjs', '<folder>/absolute.mjs', '@acme/bare']), [
    'local',
    'above',
    'absolute',
    '@acme/bare',
  ])
})

test('packages that export only "import", "default", a path or "require" are found', async t => {
  const code = { 'x.js': PLUGIN('x') }
  const cases: readonly [object, string][] = [
    [{ exports: { import: './x.js' } }, 'only'],
    [{ exports: { '.': { import: { types: './x.d.ts', default: './x.js' } } } }, 'only'],
    [{ exports: { '.': { default: './x.js' } } }, 'only'],
    [{ exports: { './plugin': './x.js' } }, 'only/plugin'],
    [{ exports: { '.': { require: './x.js' } } }, 'only'],
    [{ exports: { '.': { require: './gone.cjs', import: './x.js' } } }, 'only'],
  ]
  for (const [manifest, specifier] of cases)
    t.deepEqual(await load(t, packed('only', manifest, code), [specifier]), ['x'])
})

test('a factory receives its options, validated by its schema', async t => {
  const schema = `{ '~standard': { version: 1, vendor: 'acme', jsonSchema: { input: () => ({ type: 'object', properties: { slot: {} } }) },
    validate: value => typeof value.slot === 'number' ? { value: { slot: value.slot + 1 } } : { issues: [{ message: 'expected a number', path: ['slot'] }] } } }`
  const factory = `const create = ({ slot }) => ({ name: 'hsm' + slot, apiVersion: 1, setup() {} })\ncreate.schema = ${schema}\nexport default create`
  const files = { 'lab/hsm.mjs': factory }
  t.deepEqual(await load(t, files, [['./hsm.mjs', { slot: 1 }]]), ['hsm2'])
  const wrong = await t.throwsAsync<DefinitionError>(load(t, files, [['./hsm.mjs', { slot: 'a' }]]))
  t.like(wrong?.findings[0], { path: ['plugins', 0, 1, 'slot'], message: 'expected a number' })
  const none = await t.throwsAsync<DefinitionError>(load(t, files, ['./hsm.mjs']))
  t.like(none?.findings[0], { path: ['plugins', 0, 'slot'], message: 'missing; expected a number' })
})

test('options for a plugin that takes none are an error', async t => {
  const files = {
    'lab/a.mjs': PLUGIN('a'),
    'lab/b.mjs': "export default () => ({ name: 'b', apiVersion: 1, setup() {} })",
  }
  t.deepEqual(await load(t, files, ['./a.mjs', './b.mjs']), ['a', 'b'])
  t.deepEqual(
    await refused(t, files, [
      ['./a.mjs', { x: 1 }],
      ['./b.mjs', {}],
    ]),
    [
      "plugin ./a.mjs takes no options; list only its name: './a.mjs'",
      "plugin ./b.mjs takes no options; list only its name: './b.mjs'",
    ],
  )
})

test('only a missing plugin itself is reported as not found', async t => {
  const files = {
    'lab/needs.mjs': "import 'not-installed'\n",
    'lab/syntax.mjs': 'export default {',
    'lab/throws.mjs': "throw new Error('no slot 3')",
    'lab/folder/x': '',
  }
  const [absent, path, folder, needs, syntax, throws] = await refused(t, files, [
    '@acme/absent',
    './absent.mjs',
    './folder',
    './needs.mjs',
    './syntax.mjs',
    './throws.mjs',
  ])
  t.is(
    absent,
    'plugin @acme/absent not found in <folder>/lab and above; install it: npm install --save-dev @acme/absent',
  )
  t.is(path, 'plugin ./absent.mjs not found: <folder>/lab/absent.mjs does not exist')
  t.is(folder, 'plugin ./folder not found: <folder>/lab/folder is a folder; name the module in it')
  t.regex(needs!, /^plugin \.\/needs\.mjs cannot be loaded: .*not-installed/)
  t.regex(syntax!, /^plugin \.\/syntax\.mjs cannot be loaded: /)
  t.is(throws, 'plugin ./throws.mjs cannot be loaded: no slot 3')
})

test('a path that a package does not export is reported', async t => {
  const [message] = await refused(t, packed('shut', { exports: { './other': './x.js' } }, { 'x.js': '' }), ['shut'])
  t.regex(message!, /^plugin shut cannot be found: .*exports/)
})

test('all mistakes in plugins are reported at once', async t => {
  const files = {
    'lab/a.mjs': "export default { name: '', apiVersion: 2, setup: 1, after: 'b', resolveContents() {}, afte: [] }",
    'lab/b.mjs': "export default { name: 'b', apiVersion: 0, setup() {} }",
    'lab/c.mjs': 'export const plugin = {}',
    'lab/d.mjs': "export default 'd'",
    'lab/e.mjs': 'export default () => () => {}',
    'lab/f.mjs': "export default { name: 'f', setup() {} }",
  }
  t.deepEqual(await refused(t, files, ['./a.mjs', './b.mjs', './c.mjs', './d.mjs', './e.mjs', './f.mjs']), [
    'plugin ./a.mjs has no name; expected the name of its package',
    'plugin ./a.mjs requires version 2 of the plugin API, but this Bootwright has version 1; update Bootwright',
    'plugin ./a.mjs has no function "setup"',
    'plugin ./a.mjs has an "after" that is not a list of plugin names',
    'plugin ./a.mjs has the unknown key "resolveContents"; known: name, apiVersion, after, setup',
    'plugin ./a.mjs has the unknown key "afte"; did you mean "after"? known: name, apiVersion, after, setup',
    'plugin ./b.mjs requires version 0 of the plugin API, but this Bootwright has version 1; update the plugin',
    'plugin ./c.mjs has no default export; expected the plugin or a function that returns it',
    'plugin ./d.mjs is not a plugin: expected { name, apiVersion, setup }, found text',
    'plugin ./e.mjs is not a plugin: expected { name, apiVersion, setup }, found a function',
    'plugin ./f.mjs has no apiVersion; expected 1',
  ])
})

test('plugins are returned in setup order', async t => {
  const files = {
    'lab/a.mjs': PLUGIN('a', "after: ['b']"),
    'lab/b.mjs': PLUGIN('b'),
    'lab/c.mjs': PLUGIN('c', "after: ['c2']"),
  }
  t.deepEqual(await load(t, files, ['./a.mjs', './b.mjs']), ['b', 'a'])
  const twice = { ...files, 'lab/b2.mjs': PLUGIN('b') }
  t.deepEqual(await refused(t, twice, ['./b.mjs', './b2.mjs']), ['plugin b is listed twice; remove one of them'])
  const ring = { 'lab/a.mjs': PLUGIN('a', "after: ['b']"), 'lab/b.mjs': PLUGIN('b', "after: ['a']") }
  t.deepEqual(await refused(t, ring, ['./a.mjs', './b.mjs']), ['plugins wait for each other: a -> b -> a'])
})

test('built-in plugins need not be listed, and a listed plugin replaces a built-in one', async t => {
  const builtIn: Plugin[] = ['b', 'a'].map(name => ({ name, apiVersion: 1, setup() {} }))
  const files = { 'lab/a.mjs': PLUGIN('a'), 'lab/c.mjs': PLUGIN('c', "after: ['b']") }
  t.deepEqual(await load(t, files, ['./c.mjs', './a.mjs'], builtIn), ['b', 'c', 'a'])
})

test('a cancelled run loads no further plugin', async t => {
  const folder = await folderWith(t, { 'a.mjs': PLUGIN('a') })
  const reason = new Error('stop')
  const references = [{ specifier: './a.mjs', options: undefined, path: ['plugins', 0] }]
  const options = { definitionPath: join(folder, 'x.yaml'), builtIn: [], signal: AbortSignal.abort(reason) }
  t.is(await t.throwsAsync(loadPlugins(references, options)), reason)
})
