import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { digest, fromFile, isIncomplete } from '@bootwright/bytes'
import test, { type ExecutionContext } from 'ava'
import { contentDefinition } from '../support/content.ts'
import { bootwright, root } from '../support/example.ts'

const ROUNDS = 30
const CHANGED = [0, 3, 7, 11, 15]

interface Medium {
  readonly folder: string
  readonly image: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

async function medium(t: ExecutionContext, size: number, target: 'iso' | 'usb'): Promise<Medium> {
  const { folder, definition, image } = await contentDefinition(t, size, target)
  const args = ['build', '-c', definition, '--json']
  return { folder, image, args, env: { BOOTWRIGHT_LIBRARY: join(folder, 'library') } }
}
const digestOf = async (image: string): Promise<string> => digest(await fromFile(image))

/** Bytes that an update in place wrote. */
async function update(t: ExecutionContext, { args, env }: Medium): Promise<number> {
  const { code, stdout, stderr } = await bootwright([...args, '--in-place'], { env })
  t.is(code, 0, stderr)
  const built = stdout.split('\n').find(line => line.includes('"type":"built"'))!
  return JSON.parse(built).written[0].updated
}
async function fresh(t: ExecutionContext, { args, env, image }: Medium): Promise<string> {
  t.is((await bootwright([...args, '--force'], { env })).code, 0)
  return await digestOf(image)
}

for (const target of ['usb', 'iso'] as const)
  test.serial(
    `one small file that changed, or grew, or a hundred more, is a small update of an image for ${target}, which ends as a new one`,
    async t => {
      const made = await medium(t, 200, target)
      const script = join(made.folder, 'content', 'run.sh')
      await fs.writeFile(script, randomBytes(10 << 10))
      await fresh(t, made)
      const changes: readonly (() => Promise<void>)[] = [
        () => fs.writeFile(script, randomBytes(10 << 10)),
        () => fs.writeFile(script, randomBytes(30 << 10)),
        async () => {
          for (let index = 0; index < 100; index += 1)
            await fs.writeFile(join(made.folder, 'content', `one more, number ${index}`), 'small')
        },
      ]
      for (const change of changes) {
        await change()
        const written = await update(t, made)
        t.true(written > 0 && written < 1 << 20, `${written} bytes were written`)
        const updated = await digestOf(made.image)
        t.is(await fresh(t, made), updated)
      }
      t.is(await update(t, made), 0)
    },
  )

test.serial(
  `killed at ${ROUNDS} random moments, an update leaves the old medium or says that it is incomplete; then it ends`,
  async t => {
    const made = await medium(t, 300, 'usb')
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
  },
)
