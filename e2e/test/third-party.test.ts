import { execFile } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fromFile, read } from '@bootwright/bytes'
import { readIso } from '@bootwright/format-iso'
import test from 'ava'
import { bootwright, root } from '../support/example.ts'

const run = promisify(execFile)
const fixture = fileURLToPath(new URL('../fixtures/acme-plugin', import.meta.url))
let folder: string

/** pnpm hands its settings to the tests; npm would take them for its own. */
const ownSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_/i.test(name) || /^npm_config_(registry|cache|proxy|https_proxy|cafile)$/i.test(name),
    ),
  )

/** A project of somebody else: the plugin and the contract are packed and installed by npm, nothing of them comes from this workspace. */
test.before(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'bootwright-third-party-'))
  const tarballs = join(folder, 'tarballs')
  await fs.mkdir(tarballs)
  await run('pnpm', ['run', 'build'], { cwd: root })
  for (const name of ['bytes', 'api'])
    await run('pnpm', ['pack', '--pack-destination', tarballs], { cwd: join(root, 'packages', name) })
  await run('npm', ['pack', '--pack-destination', tarballs], { cwd: fixture })
  await fs.writeFile(join(folder, 'package.json'), '{ "name": "somebody", "private": true }\n')
  const files = (await fs.readdir(tarballs)).map(name => join(tarballs, name))
  await run('npm', ['install', '--no-audit', '--no-fund', ...files], { cwd: folder, env: ownSettings(process.env) })
  for (const name of ['plugin-bootable', 'plugin-standalone', 'target-iso'])
    await fs.symlink(join(root, 'packages', name), join(folder, 'node_modules/@bootwright', name))
})
test.after.always(() => folder && fs.rm(folder, { recursive: true, force: true }))

async function define(
  name: string,
  options: object,
  target: object = { 'acme.shelf': { folder: `shelf-${name}` } },
): Promise<string> {
  const file = join(folder, `${name}.json`)
  const definition = {
    plugins: ['@bootwright/plugin-bootable', ['@acme/bootwright-plugin-shelf', options]],
    media: {
      lab: {
        type: 'bootable',
        management: 'dynamic',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        targets: [target],
      },
    },
  }
  await fs.writeFile(file, JSON.stringify(definition))
  return file
}
const build = (definition: string) =>
  bootwright(['build', '-c', definition], { cwd: folder, env: { BOOTWRIGHT_LIBRARY: join(folder, 'library') } })

test('a plugin from outside adds a target and taps package and sign', async t => {
  const { code, stderr } = await build(await define('works', { slot: 3 }))
  t.is(code, 0, stderr)
  t.regex(stderr, /stamped lab/)
  t.regex(stderr, /countersigned 1 images/)
  const list = await fs.readFile(join(folder, 'shelf-works/list.txt'), 'utf8')
  t.true(list.split('\n').includes('acme/stamp'))
  t.true(list.split('\n').includes('bootwright/medium.json'))
})
test('its step is validated, and its program is on the medium', async t => {
  const sequence = (server: string): string => `name: Enrol\nsteps:\n  - acmeEnrol: { ${server}: enrol.acme.example }\n`
  const file = join(folder, 'standalone.json')
  const plugins = ['plugin-standalone', 'target-iso'].map(each => `@bootwright/${each}`)
  const enrol = { type: 'standalone', taskSequence: 'enrol.yaml', targets: [{ iso: { file: 'enrol.iso' } }] }
  const definition = { plugins: [...plugins, '@acme/bootwright-plugin-shelf'], media: { enrol } }
  await fs.writeFile(file, JSON.stringify(definition))
  await fs.writeFile(join(folder, 'enrol.yaml'), sequence('sever'))
  const wrong = await build(file)
  t.is(wrong.code, 2)
  t.regex(wrong.stderr, /enrol\.yaml:3:\d+ steps\[0\]\.acmeEnrol\.sever: unknown key "sever"; did you mean "server"/)
  await fs.writeFile(join(folder, 'enrol.yaml'), sequence('server'))
  const { code, stderr } = await build(file)
  t.is(code, 0, stderr)
  const entry = (await readIso(await fromFile(join(folder, 'enrol.iso')))).tree.get('bootwright/steps.mjs')
  if (entry?.kind !== 'file') return t.fail()
  const module = join(folder, 'steps.mjs')
  await fs.writeFile(module, await read(entry.content))
  const { default: steps } = await import(module)
  const said: string[] = []
  await steps.acmeEnrol.run(
    { server: 'x' },
    { log: { info: (text: string) => said.push(text) }, variables: { get: () => 'PC-1' } },
  )
  t.deepEqual(said, ['enrolling PC-1 at x'])
})
test('when it throws, the message names it, the hook and the cause, and nothing is written', async t => {
  const { code, stderr } = await build(await define('fails', { slot: 3, fail: true }))
  t.is(code, 1)
  t.regex(stderr, /\[@acme\/bootwright-plugin-shelf\] sign: no key in slot 3/)
  await t.throwsAsync(fs.stat(join(folder, 'shelf-fails')), { code: 'ENOENT' })
})
test('its options and those of its target are validated by its own schemas', async t => {
  const { code, stderr } = await build(
    await define('wrong', { slot: 'three', sloot: 1 }, { 'acme.shelf': { foldr: 'x' } }),
  )
  t.is(code, 2)
  t.regex(stderr, /plugins\[1\]/)
  t.regex(stderr, /slot/)
  t.regex(stderr, /sloot/)
})
