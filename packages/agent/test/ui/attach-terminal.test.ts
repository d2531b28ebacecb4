import test from 'ava'
import { attachTerminal } from '../../src/ui/attach-terminal.ts'
import { createTerminal } from '../../src/ui/terminal.ts'
import { fakeConsole } from '../fakes.ts'

const program = (hasTerminal: boolean) => {
  const typed: string[] = []
  const interrupt = () => void typed.push('<SIGINT>')
  const { promise: exit, resolve: end } = Promise.withResolvers<number>()
  return { typed, end, interactive: { hasTerminal, exit, interrupt, type: (text: string) => void typed.push(text) } }
}

test('a program with its own terminal gets every key', async t => {
  const console = fakeConsole()
  const { typed, end, interactive } = program(true)
  const exitCode = attachTerminal(createTerminal([console]), interactive)
  console.type('a')
  console.type('\x7f')
  end(4)
  t.is(await exitCode, 4)
  t.deepEqual(typed, ['a', '\x7f'])
  t.is(console.shown, '')
})
test('a program with pipes gets lines, and keys after its end go to the next reader', async t => {
  const console = fakeConsole()
  const terminal = createTerminal([console])
  const { typed, end, interactive } = program(false)
  const exitCode = attachTerminal(terminal, interactive)
  console.type('alicx\x7fe\r')
  end(0)
  t.is(await exitCode, 0)
  t.deepEqual(typed, ['alice\n'])
  const line = terminal.readLine()
  console.type('next\r')
  t.is(await line, 'next')
})

test('Ctrl-C interrupts a program with pipes and deletes the line, and a program with a terminal gets the key', async t => {
  const console = fakeConsole()
  const piped = program(false)
  const exitCode = attachTerminal(createTerminal([console]), piped.interactive)
  console.type('ali\x03bob\r')
  piped.end(0)
  await exitCode
  t.deepEqual(piped.typed, ['<SIGINT>', 'bob\n'])

  const other = fakeConsole()
  const own = program(true)
  const otherCode = attachTerminal(createTerminal([other]), own.interactive)
  other.type('\x03')
  own.end(0)
  await otherCode
  t.deepEqual(own.typed, ['\x03'])
})
