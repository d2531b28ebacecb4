import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { formats } from '../src/formats.ts'
import { fuzz } from '../src/fuzz.ts'

const COUNT = 1500
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

for (const format of Object.keys(formats))
  test.serial(`${COUNT} mutated images of ${format} are read or refused, and nothing else`, async t => {
    const { read, refused, findings } = await fuzz({ format, seed: 20_261_125, first: 0, count: COUNT })
    t.deepEqual(findings, [])
    t.is(read + refused, COUNT)
    t.true(refused > COUNT / 20, `only ${refused} were refused: the mutations miss what matters`)
  })
test.serial('unchanged, every seed is read', async t => {
  for (const [name, { seeds, read }] of Object.entries(formats))
    for (const { bytes } of await seeds()) await t.notThrowsAsync(read(bytes), name)
})
test.serial('a run in processes of their own says what it did, and that it took no more memory than it may', t => {
  const text = execFileSync(process.execPath, [main, '--format', 'disk', '--count', '300'], { encoding: 'utf8' })
  t.regex(text, /disk: seed 1, \d+ read, \d+ refused, 0 findings, slowest \d+ ms, peak \d+ MiB/)
})
