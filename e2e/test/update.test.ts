import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { contentMedium, digestOf, fresh, update } from '../support/content-medium.ts'

for (const target of ['usb', 'iso'] as const)
  test.serial(
    `one small file that changed, or grew, or a hundred more, is a small update of an image for ${target}, which ends as a new one`,
    async t => {
      const made = await contentMedium(t, 200, target)
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
