import { spawn } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { medium, scratch } from './scratch.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command as a process of its own, in a folder with a plugin `./vendor.mjs`. */
async function command(
  t: ExecutionContext,
  setup: string,
  args: readonly string[],
  act: (child: ReturnType<typeof spawn>, shown: string) => void = () => {},
): Promise<Ended & { readonly folder: string }> {
  const folder = await scratch(t)
  const vendor = `export default { name: 'vendor', apiVersion: 1, setup({ hooks, contribute, onDispose }) { ${setup} } }\n`
  await fs.writeFile(join(folder, 'vendor.mjs'), vendor)
  const plugins = ['@bootwright/plugin-bootable', '@bootwright/target-iso', './vendor.mjs']
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify({ plugins, media: { lab: medium } }))
  const env = { ...process.env, DOMAIN_PASSWORD: 'Tr0ub4dor&3', BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => {
    stdout += data
    act(child, stdout)
  })
  child.stderr.on('data', data => {
    stderr += data
    act(child, stderr)
  })
  const code = await new Promise<number | null>(settle => child.once('close', settle))
  return { code, stdout, stderr, folder }
}

test('a reader that goes away does not end the build', async t => {
  const { code, folder } = await command(t, '', ['--json', 'build'], child => child.stdout?.destroy())
  t.is(code, 0)
  t.deepEqual(await fs.readdir(join(folder, 'out')), ['lab.iso'])
})
test('a plugin that ends the process does not look like success', async t => {
  const { code, stderr, folder } = await command(t, "hooks.package.tap('x', () => process.exit(0))", ['build'])
  t.is(code, 1)
  t.regex(stderr, /the work is not done/)
  await t.throwsAsync(fs.stat(join(folder, 'out')), { code: 'ENOENT' })
})
test('interrupted while a plugin waits, it ends with 130 and says so in JSON too', async t => {
  const setup =
    "hooks.write.tapPromise({ name: 'x', stage: -100 }, ({ signal, log }) => new Promise((_, reject) => { log.info('waiting'); const timer = setInterval(() => {}, 1000); signal.addEventListener('abort', () => { clearInterval(timer); reject(signal.reason) }) }))"
  const { code, stdout, folder } = await command(t, setup, ['--json', 'build'], (child, shown) => {
    if (shown.trimEnd().endsWith('"waiting"}')) child.kill('SIGINT')
  })
  t.is(code, 130)
  t.regex(stdout.trim().split('\n').at(-1)!, /^\{"type":"error","message":"interrupted by SIGINT"/)
  await t.throwsAsync(fs.stat(join(folder, 'out')), { code: 'ENOENT' })
})
test('a secret in what a plugin finds wrong is masked, in text and in JSON', async t => {
  const setup =
    "hooks.prestart.tapPromise('x', async context => { throw new Error('no ' + (await context.secret({ env: 'DOMAIN_PASSWORD' })).reveal()) })"
  for (const args of [['build'], ['--json', 'build']]) {
    const { code, stdout, stderr } = await command(t, setup, args)
    t.is(code, 1)
    t.regex(stdout + stderr, /\[vendor\] prestart: no \*\*\*/)
    t.false(`${stdout}${stderr}`.includes('Tr0ub4dor'))
  }
})
test('a plugin that fails again while it is closed does not hide the first failure', async t => {
  const setup =
    "onDispose(() => { throw new Error('second') }); hooks.sign.tap('x', () => { throw new Error('first') })"
  const { code, stderr } = await command(t, setup, ['build'])
  t.is(code, 1)
  t.regex(stderr, /\[vendor\] sign: first\nthen, while closing: .*second/)
})
