import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { digest, fromFile } from '@bootwright/bytes'
import test from 'ava'
import { contentDefinition } from '../support/content.ts'
import { bootwright, root } from '../support/example.ts'

const ROUNDS = 20

test('killed at twenty random moments, the old output is intact each time and the next build succeeds', async t => {
  const { folder, definition, image } = await contentDefinition(t, 300)
  const args = [join(root, 'packages/cli/src/main.ts'), 'build', '-c', definition, '--force', '--no-cache']
  const library = { BOOTWRIGHT_LIBRARY: join(folder, 'library') }
  const started = performance.now()
  t.is((await bootwright(args.slice(1), { env: library })).code, 0)
  const whole = performance.now() - started
  const before = await digest(await fromFile(image))
  let killed = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...library }, stdio: 'ignore' })
    const ended = new Promise(resolve => child.once('close', resolve))
    await Promise.race([setTimeout(randomInt(Math.ceil(whole))), ended])
    if (child.kill('SIGKILL')) killed += 1
    await ended
    t.is(await digest(await fromFile(image)), before, `round ${round}`)
  }
  t.true(killed > ROUNDS / 2, `only ${killed} builds were still running when they were killed`)
  t.is((await bootwright(args.slice(1), { env: library })).code, 0)
  t.is(await digest(await fromFile(image)), before)
  t.deepEqual(await fs.readdir(join(folder, 'out')), ['content.iso'])
})
