import test from 'ava'
import { needs, whereIs } from '../../../../scripts/test-tools.ts'
import { linuxPrograms } from '../../src/linux/programs.ts'
import type { Conversation } from '../../src/programs.ts'

const unix = process.platform === 'win32' ? test.skip : test
const NO_SCRIPT = '/nowhere/script'
const PATH = process.env.PATH!

interface Talk {
  readonly program: Conversation
  readonly output: () => string
  /** Settles when the output matches. */
  shows(pattern: RegExp): Promise<void>
}
function talk(command: string, script: string, environment: Readonly<Record<string, string>> = {}): Talk {
  let output = ''
  let look = (): void => {}
  const onOutput = (text: string): void => {
    output += text
    look()
  }
  const program = linuxPrograms(script).start({ command, folder: '/', environment: { PATH, ...environment }, onOutput })
  return {
    program,
    output: () => output,
    shows: pattern =>
      new Promise(settle => {
        look = () => pattern.test(output) && settle()
        look()
      }),
  }
}

unix('a program runs to its end, and one that is missing has exit code 127', async t => {
  const programs = linuxPrograms()
  t.deepEqual(await programs.run('/bin/sh', ['-c', 'echo out; echo bad >&2; exit 3']), {
    exitCode: 3,
    output: 'out\nbad\n',
  })
  t.is((await programs.run('/nowhere/program', [])).exitCode, 127)
})
unix('a conversation through pipes', async t => {
  const { program, output } = talk('read NAME; echo "hello $NAME of $PLACE" >&2; exit 5', NO_SCRIPT, { PLACE: 'Ys' })
  t.false(program.hasTerminal)
  program.type('alice\n')
  t.is(await program.ended, 5)
  t.is(output(), 'hello alice of Ys\n')
})
unix('a program that leaves another one behind has ended all the same', async t => {
  const { program } = talk('sleep 30 & exit 0', NO_SCRIPT)
  t.is(await program.ended, 0)
})
unix('a program that a signal ends says which', async t => {
  t.is(await talk('kill -9 $$', NO_SCRIPT).program.ended, 'SIGKILL')
})
needs(test, 'script')('a conversation on a terminal of its own: echo, editing, exit code', async t => {
  const { program, output, shows } = talk(
    `[ -t 0 ] && printf 'Owner? '; read NAME; echo "hello $NAME of $PLACE"; exit 5`,
    whereIs('script')!,
    { PLACE: 'Ys' },
  )
  t.true(program.hasTerminal)
  await shows(/Owner\? $/)
  program.type('alicx\x7fe\r')
  t.is(await program.ended, 5)
  t.is(output().slice(0, 45), 'Owner? alicx\b \be\r\nhello alice of Ys\r\n'.slice(0, 45))
})
