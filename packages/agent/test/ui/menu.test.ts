import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { choose } from '../../src/ui/menu.ts'
import { en } from '../../src/ui/messages/en.ts'
import { createTerminal } from '../../src/ui/terminal.ts'
import { fakeConsole } from '../fakes.ts'

const messages = () => en

test('a wrong key prompts again, and a right key chooses', async t => {
  const console = fakeConsole()
  const terminal = createTerminal([console])
  console.answer([/> $/, 'x\r'], [/> x\n[\s\S]*> $/, ' R\r'])
  t.is(await choose({ terminal, messages, choices: ['retry', 'reboot'] }), 'reboot')
  t.regex(console.shown, /t {2}try again\n {2}r {2}restart the computer/)
})
test('keys pressed before the prompt are discarded', async t => {
  const console = fakeConsole()
  const terminal = createTerminal([console])
  console.type('r\r')
  console.answer([/> $/, 'o\r'])
  t.is(await choose({ terminal, messages, choices: ['reboot', 'powerOff'] }), 'powerOff')
})
test('without an answer the default is chosen after the timeout', async t => {
  const terminal = createTerminal([fakeConsole()])
  const timeout = { choice: 'reboot' as const, seconds: 0.02 }
  t.is(await choose({ terminal, messages, choices: ['retry', 'reboot'], timeout }), 'reboot')
})

test('a timeout above 2^31-1 milliseconds leaves time to answer', async t => {
  const console = fakeConsole()
  const timeout = { choice: 'reboot' as const, seconds: 31_536_000 }
  const terminal = createTerminal([console])
  const chosen = choose({ terminal, messages, choices: ['retry', 'reboot'], timeout })
  await sleep(50)
  console.type('t\r')
  t.is(await chosen, 'retry')
})
