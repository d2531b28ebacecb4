import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { digest, readText, writeFile } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { bundleAgent } from '../src/bundle.ts'

const { signal } = new AbortController()

test('the agent is one module that imports only Node modules, with the same bytes each time', async t => {
  const bundle = await bundleAgent({ signal })
  t.is(await digest(await bundleAgent({ signal })), await digest(bundle))
  const text = await readText(bundle)
  const imports = [...text.matchAll(/(?:^|[;}\n])import\b[^;"'(]*["']([^"']+)["']/g)].map(match => match[1]!)
  t.true(imports.length > 0)
  t.deepEqual(
    imports.filter(name => !name.startsWith('node:')),
    [],
  )
  t.false(text.includes(import.meta.dirname))
})
test('the bundled agent runs', async t => {
  const file = join(scratch(), 'agent.mjs')
  await writeFile(file, await bundleAgent({ signal }))
  const { status, stderr } = spawnSync(process.execPath, [file, 'env', 'nonsense'], { encoding: 'utf8' })
  t.is(status, 2)
  t.regex(stderr, /^usage: bootwright-env get NAME/)
  t.notThrows(() => execFileSync(process.execPath, ['--check', file]))
})
test('a signal cancels bundling', async t => {
  await t.throwsAsync(bundleAgent({ signal: AbortSignal.abort(new Error('enough')) }), { message: 'enough' })
})
