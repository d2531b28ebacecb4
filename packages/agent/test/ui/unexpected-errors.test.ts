import test from 'ava'
import type { Outcome } from '../../src/ui/computer.ts'
import { handleUnexpectedErrors } from '../../src/ui/unexpected-errors.ts'
import { fakeComputer } from '../fakes.ts'

test('only the first unexpected error stops the agent, and the others are logged', async t => {
  const computer = fakeComputer()
  const left: Outcome[] = []
  const stopped = handleUnexpectedErrors(computer, outcome => left.push(outcome))
  const first = stopped(new Error('the first'))
  await stopped(new Error('the second'))
  computer.console.type('o\r')
  await first
  t.deepEqual(left, ['powerOff'])
  t.is(computer.console.shown.match(/What now\?/g)?.length, 1)
  t.notRegex(computer.console.shown, /the second/)
  t.regex(JSON.stringify(computer.logged), /the second/)
})
