import test from 'ava'
import { createTerminal } from '../src/console/terminal.ts'
import { converse } from '../src/converse.ts'
import { fakeConsole } from './fakes.ts'

const program = (hasTerminal: boolean) => {
  const typed: string[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()
  return { typed, end, conversation: { hasTerminal, ended, type: (text: string) => void typed.push(text) } }
}

test('a program with a terminal of its own gets every key', async t => {
  const console = fakeConsole()
  const { typed, end, conversation } = program(true)
  const talked = converse(createTerminal([console]), conversation)
  console.type('a')
  console.type('\x7f')
  end(4)
  t.is(await talked, 4)
  t.deepEqual(typed, ['a', '\x7f'])
  t.is(console.shown, '')
})
test('a program with pipes gets lines, and the keys after its end are for who reads next', async t => {
  const console = fakeConsole()
  const terminal = createTerminal([console])
  const { typed, end, conversation } = program(false)
  const talked = converse(terminal, conversation)
  console.type('alicx\x7fe\r')
  end(0)
  t.is(await talked, 0)
  t.deepEqual(typed, ['alice\n'])
  const line = terminal.readLine()
  console.type('next\r')
  t.is(await line, 'next')
})
