import test from 'ava'
import type { Outcome } from '../../src/ui/computer.ts'
import { unexpectedEnd } from '../../src/ui/unexpected.ts'
import { fakeTarget } from '../fakes.ts'

test('only the first unexpected error stops the agent, the others are logged', async t => {
  const target = fakeTarget()
  const left: Outcome[] = []
  const stopped = unexpectedEnd(target, outcome => left.push(outcome))
  const first = stopped(new Error('the first'))
  await stopped(new Error('the second'))
  target.console.type('o\r')
  await first
  t.deepEqual(left, ['powerOff'])
  t.is(target.console.shown.match(/What now\?/g)?.length, 1)
  t.notRegex(target.console.shown, /the second/)
  t.regex(JSON.stringify(target.logged), /the second/)
})
