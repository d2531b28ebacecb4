import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { formats } from '../src/formats.ts'
import { readsOrRefuses } from './mutated-images.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

readsOrRefuses(test, 150)
test.serial('unchanged, every seed is read', async t => {
  for (const [name, { seeds, read }] of Object.entries(formats))
    for (const { bytes } of await seeds()) await t.notThrowsAsync(read(bytes), name)
})
test.serial('a run in processes of their own says what it did, and that it took no more memory than it may', t => {
  const text = execFileSync(process.execPath, [main, '--format', 'disk', '--count', '300'], { encoding: 'utf8' })
  t.regex(text, /disk: seed 1, \d+ read, \d+ refused, 0 findings, slowest \d+ ms, peak \d+ MiB/)
})
