import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isIncomplete } from '@bootwright/bytes'
import test from 'ava'
import { contentMedium, digestOf, fresh, update } from '../support/content-medium.ts'
import { bootwright, root } from '../support/example.ts'

const ROUNDS = 30
const CHANGED = [0, 3, 7, 11, 15]

test(`killed at ${ROUNDS} random moments, an update leaves the old medium or says that it is incomplete; then it ends`, async t => {
  const made = await contentMedium(t, 300, 'usb')
  const { folder, image, args, env } = made
  const variant = async (name: string): Promise<void> => {
    for (const index of CHANGED)
      await fs.copyFile(join(folder, `${name}.${index}`), join(folder, 'content', `${index}.bin`))
    await fs.writeFile(join(folder, 'content', 'run.sh'), name.repeat(10 << 10))
  }
  for (const name of ['a', 'b'])
    for (const index of CHANGED) await fs.writeFile(join(folder, `${name}.${index}`), randomBytes(10 << 20))
  const digests = { a: '', b: '' }
  for (const name of ['a', 'b'] as const) {
    await variant(name)
    digests[name] = await fresh(t, made)
  }
  await variant('a')
  const started = performance.now()
  await update(t, made)
  const whole = performance.now() - started

  const ends = { before: 0, incomplete: 0, after: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [before, after] = round % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const)
    await variant(after)
    const command = [join(root, 'packages/cli/src/main.ts'), ...args, '--in-place']
    const child = spawn(process.execPath, command, { env: { ...process.env, ...env }, stdio: 'ignore' })
    let isRunning = true
    const ended = new Promise<void>(resolve =>
      child.once('close', () => {
        isRunning = false
        resolve()
      }),
    )
    // Every other time soon after the mark is there: that is a small part of the whole.
    const moment = async (): Promise<void> => {
      if (round % 4 < 2) return await setTimeout(randomInt(Math.ceil(whole)))
      while (isRunning && !(await isIncomplete(image))) await setTimeout(1)
      await setTimeout(randomInt(30))
    }
    await Promise.race([moment(), ended])
    child.kill('SIGKILL')
    await ended
    const found = await digestOf(image)
    if (found === digests[before]) ends.before += 1
    else if (found === digests[after]) ends.after += 1
    else {
      t.true(await isIncomplete(image), `round ${round}`)
      t.regex((await bootwright(['inspect', image])).stderr, /is incomplete/)
      ends.incomplete += 1
    }
    await update(t, made)
    t.is(await digestOf(image), digests[after], `round ${round}`)
  }
  t.log(ends)
  t.true(ends.incomplete > 2, JSON.stringify(ends))
})
