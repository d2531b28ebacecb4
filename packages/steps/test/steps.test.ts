import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { STEPS } from '../src/index.ts'

for (const [name, step] of Object.entries(STEPS))
  test(`${name} has a program for the target, and words for people`, async t => {
    await t.notThrowsAsync(access(fileURLToPath(step.program)))
    const { default: program } = await import(step.program)
    t.is(typeof program.run, 'function')
    t.regex(step.description, /\.$/)
    t.true(step.runsIn.length > 0 && step.platforms.length > 0)
    t.is(step.schema['~standard'].version, 1)
  })
