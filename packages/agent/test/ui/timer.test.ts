import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { after } from '../../src/ui/timer.ts'

test('a time above the limit of a timer is split', async t => {
  const start = performance.now()
  await new Promise<void>(settle => after(60, settle, 7))
  t.true(performance.now() - start >= 50)
})
test('a timer of 25 days or more does not fire at once', async t => {
  let hasPassed = false
  using _timer = after(2 ** 31, () => {
    hasPassed = true
  })
  await sleep(50)
  t.false(hasPassed)
})
test('a disposed timer does not fire, even in a later part', async t => {
  let hasActed = false
  const timer = after(
    400,
    () => {
      hasActed = true
    },
    100,
  )
  await sleep(150)
  timer[Symbol.dispose]()
  await sleep(400)
  t.false(hasActed)
})
