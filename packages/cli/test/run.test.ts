import { execFile } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { runIn } from './io.ts'
import { medium, scratch } from './scratch.ts'

test('--help names every command and every exit code', async t => {
  const { code, stdout } = await runIn(await scratch(t), ['--help'])
  t.is(code, 0)
  for (const word of ['build', 'plan', 'inspect', 'test', 'init', 'schema', 'Exit codes', 'SOURCE_DATE_EPOCH'])
    t.true(stdout.includes(word), word)
})
test('an unknown option is refused with the one that was meant', async t => {
  const { code, stderr } = await runIn(await scratch(t), ['build', '--forse'])
  t.is(code, 2)
  t.regex(stderr, /--force/)
})
test('a typo in the definition is told with its place and the right name, and nothing is made', async t => {
  const folder = await scratch(t, { lab: { ...medium, targts: [] } })
  const { code, stderr } = await runIn(folder, ['build'], { env: { DOMAIN_PASSWORD: 'x' } })
  t.is(code, 2)
  t.regex(stderr, /bootwright\.config\.json:\d+:\d+/)
  t.regex(stderr, /targts.*targets/s)
  t.deepEqual((await fs.readdir(folder)).sort(), ['bootwright.config.json', 'node_modules'])
})
test('build writes the medium, inspect reads it from the image alone', async t => {
  const folder = await scratch(t, { lab: medium })
  const env = { DOMAIN_PASSWORD: 'Tr0ub4dor&3', BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  const built = await runIn(folder, ['build'], { env })
  t.is(built.code, 0, built.stderr)
  t.regex(built.stdout, /SHA-256 [0-9a-f]{64}/)
  t.false(`${built.stdout}${built.stderr}`.includes(env.DOMAIN_PASSWORD))
  t.regex(built.stderr, /warning: .*password/)

  const { code, stdout } = await runIn(folder, ['--json', 'inspect', 'out/lab.iso'])
  t.is(code, 0)
  const image = JSON.parse(stdout)
  t.like(image, { format: 'ISO 9660', descriptor: { type: 'bootable', label: medium.label, architecture: 'x64' } })
  t.true(image.files.some((file: { path: string }) => file.path === 'MediaLabel.txt'))
})
test('plan prints exactly what build writes, and writes nothing', async t => {
  const folder = await scratch(t, { lab: medium })
  const env = { DOMAIN_PASSWORD: 'x', BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  const plan = await runIn(folder, ['--json', 'plan'], { env })
  t.is(plan.code, 0, plan.stderr)
  t.deepEqual((await fs.readdir(folder)).sort(), ['bootwright.config.json', 'node_modules'])
  const planned = plan.stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .find(each => each.type === 'planned')
  t.is(planned.images[0].facts['ISO 9660 label'].length <= 32, true)
  await runIn(folder, ['build'], { env })
  t.is((await fs.stat(join(folder, 'out/lab.iso'))).size, planned.images[0].parts[0].size)
})
test('an existing output is left as it is without --force', async t => {
  const folder = await scratch(t, { lab: medium })
  const env = { DOMAIN_PASSWORD: 'x', BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  await fs.mkdir(join(folder, 'out'))
  await fs.writeFile(join(folder, 'out/lab.iso'), 'old')
  const { code, stderr } = await runIn(folder, ['build'], { env })
  t.is(code, 2)
  t.regex(stderr, /--force/)
  t.is(await fs.readFile(join(folder, 'out/lab.iso'), 'utf8'), 'old')
  t.is((await runIn(folder, ['build', '--force'], { env })).code, 0)
  t.true((await fs.stat(join(folder, 'out/lab.iso'))).size > 3)
})
test('an interrupted build is reported and leaves nothing behind', async t => {
  const folder = await scratch(t, { lab: medium })
  const { code } = await runIn(folder, ['build'], { env: { DOMAIN_PASSWORD: 'x' }, signal: AbortSignal.abort() })
  t.is(code, 130)
  t.false((await fs.readdir(folder)).includes('out'))
})
// The channel is the process's: another build at the same time would be seen too.
test.serial('--trace writes every step of every plugin', async t => {
  const folder = await scratch(t, { lab: medium })
  const env = { DOMAIN_PASSWORD: 'x', BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  await runIn(folder, ['build', '--trace', 'trace.json'], { env })
  const { traceEvents } = JSON.parse(await fs.readFile(join(folder, 'trace.json'), 'utf8'))
  const hooks: string[] = traceEvents.map((event: { cat: string }) => event.cat)
  t.deepEqual([...new Set(hooks)], ['check', 'resolveContent', 'prestart', 'package', 'plan', 'sign', 'write'])
})
test('init --yes writes a definition that can be read, and never replaces one', async t => {
  const folder = await scratch(t)
  t.is((await runIn(folder, ['init', '--yes'])).code, 0)
  t.regex(await fs.readFile(join(folder, 'bootwright.config.yaml'), 'utf8'), /type: bootable/)
  const again = await runIn(folder, ['init', '--yes'])
  t.is(again.code, 1)
  t.regex(again.stderr, /exists/)
})
test('schema prints a JSON Schema that knows the plugins of the definition', async t => {
  const { code, stdout } = await runIn(await scratch(t, { lab: medium }), ['schema'])
  t.is(code, 0)
  t.regex(JSON.stringify(JSON.parse(stdout)), /mediaSize/)
})
test('a completion script is printed, and knows the commands', async t => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const script = await promisify(execFile)(process.execPath, [main, 'complete', 'zsh'])
  t.regex(script.stdout, /compdef _bootwright bootwright/)
  const proposals = await promisify(execFile)(process.execPath, [main, 'complete', '--', 'in'])
  t.regex(proposals.stdout, /^init\b/m)
  t.regex(proposals.stdout, /^inspect\b/m)
})
for (const [what, args, env] of [
  ['a missing definition', ['-c', 'none.yaml', 'plan'], {}],
  ['a definition that is a folder', ['-c', '.', 'plan'], {}],
  ['a date that is none', ['plan'], { SOURCE_DATE_EPOCH: 'yesterday' }],
  ['a time-out that is none', ['test', '--timeout', 'soon', 'x.iso'], {}],
  ['questions without a terminal', ['init'], {}],
] as const)
  test(`${what} is wrong use: exit code 2`, async t => {
    const { code, stderr } = await runIn(await scratch(t, { lab: medium }), args, { env })
    t.is(code, 2, stderr)
    t.not(stderr, '')
  })
test('an output that is a source of the medium is refused, even if it may be replaced', async t => {
  const env = { DOMAIN_PASSWORD: 'x' }
  const folder = await scratch(t, { lab: { ...medium, targets: [{ iso: { file: 'bootwright.config.json' } }] } })
  const before = await fs.readFile(join(folder, 'bootwright.config.json'), 'utf8')
  const { code, stderr } = await runIn(folder, ['build', '--force'], { env })
  t.is(code, 2)
  t.regex(stderr, /is also a source of the medium/)
  t.is(await fs.readFile(join(folder, 'bootwright.config.json'), 'utf8'), before)
})
test('a typo in one medium hides nothing that is wrong in another', async t => {
  const other = { ...medium, targets: [{ iso: { file: 'out/other.iso' } }] }
  const folder = await scratch(t, { lab: { ...medium, lable: 'x' }, other })
  const { code, stderr } = await runIn(folder, ['plan'])
  t.is(code, 2)
  t.regex(stderr, /media\.lab\.lable: unknown key/)
  t.regex(stderr, /media\.other\.variables\.DomainPassword\S*: environment variable DOMAIN_PASSWORD is not set/)
})
test('a warning contains its position', async t => {
  const folder = await scratch(t, { lab: medium })
  const { stderr } = await runIn(folder, ['plan'], { env: { DOMAIN_PASSWORD: 'x' } })
  t.regex(stderr, /warning: bootwright\.config\.json:\d+:\d+ media\.lab\.managementPoints\[0\]: http:/)
})
test('no definition at all: where it was looked for is told', async t => {
  const { code, stderr } = await runIn(await scratch(t), ['plan'])
  t.is(code, 2)
  t.regex(stderr, /bootwright\.config\.yaml/)
})
