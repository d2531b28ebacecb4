import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { needs, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { linuxPrograms } from '../../../src/computer/linux/programs.ts'
import type { InteractiveProgram } from '../../../src/computer/programs.ts'

const unix = process.platform === 'win32' ? test.skip : test
const NO_SCRIPT = '/nowhere/script'
const PATH = process.env.PATH!

interface Talk {
  readonly program: InteractiveProgram
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

/** Whether a process ends within some seconds; one that ended and that nobody waited for counts too. */
async function endsSoon(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
    if (/\) [ZX]/.test(stat)) return true
    await sleep(50)
  }
  return false
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
  t.is(await program.exit, 5)
  t.is(output(), 'hello alice of Ys\n')
})
unix('a program that leaves another one behind has ended all the same', async t => {
  const { program } = talk('sleep 30 & exit 0', NO_SCRIPT)
  t.is(await program.exit, 0)
})
unix('a program that a signal ends says which', async t => {
  t.is(await talk('kill -9 $$', NO_SCRIPT).program.exit, 'SIGKILL')
})
needs(test, 'script')('a program with its own terminal has echo, editing and an exit code', async t => {
  const { program, output, shows } = talk(
    `[ -t 0 ] && printf 'Owner? '; read NAME; echo "hello $NAME of $PLACE"; exit 5`,
    whereIs('script')!,
    { PLACE: 'Ys' },
  )
  t.true(program.hasTerminal)
  await shows(/Owner\? $/)
  program.type('alicx\x7fe\r')
  t.is(await program.exit, 5)
  t.is(output().slice(0, 45), 'Owner? alicx\b \be\r\nhello alice of Ys\r\n'.slice(0, 45))
})

unix('kill 0 in a script reaches its own process group, not the agent', async t => {
  t.is(await talk('kill 0; sleep 5', NO_SCRIPT).program.exit, 'SIGTERM')
})
unix('what a program leaves running in its process group is told to end', async t => {
  const { program, output } = talk('sleep 600 >/dev/null 2>&1 & echo $!', NO_SCRIPT)
  t.is(await program.exit, 0)
  t.true(await endsSoon(Number(output())))
})
unix('Ctrl-C without a terminal interrupts what the program runs', async t => {
  const { program, shows } = talk('trap "exit 7" INT; echo ready; while :; do sleep 1; done', NO_SCRIPT)
  await shows(/ready/)
  program.interrupt()
  t.is(await program.exit, 7)
  t.notThrows(() => program.interrupt())
})
unix('variables that the system cannot pass on are an error of the start', t => {
  const environment = { PATH, Long: 'x'.repeat(4_000_000) }
  const start = () => linuxPrograms(NO_SCRIPT).start({ command: 'true', folder: '/', environment, onOutput() {} })
  t.throws(start, { code: 'E2BIG' })
})
unix('a program that cannot be started has exit code 127', async t => {
  const onOutput = (): void => {}
  const started = linuxPrograms(NO_SCRIPT).start({
    command: 'true',
    folder: '/nowhere',
    environment: { PATH },
    onOutput,
  })
  t.is(await started.exit, 127)
})
needs(test, 'script')('kill 0 in a script with its own terminal does not reach the agent', async t => {
  t.not(await talk('kill 0; sleep 5', whereIs('script')!).program.exit, 0)
})
needs(test, 'script')('child processes of a program with its own terminal end with the terminal', async t => {
  const { program, output } = talk('sleep 600 & echo $!', whereIs('script')!)
  t.is(await program.exit, 0)
  t.true(await endsSoon(Number(output())))
})
