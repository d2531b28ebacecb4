import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { scratch } from '../../../scripts/test-tools.ts'
import { logFile } from '../src/report.ts'
import { fakeTarget } from './fakes.ts'

test('people read their language, the log is in English with the facts as fields', t => {
  const { report, console, logged } = fakeTarget()
  report.speak('fr')
  report.tell('warn', 'wrongPassword', { count: 2, seconds: 4 })
  t.is(console.shown, 'Mot de passe incorrect (essai 2). Attendez 4 s.\n')
  t.deepEqual(logged, [
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'Wrong password (try 2). Wait 4 s.',
      count: 2,
      seconds: 4,
    },
  ])
})
test('secrets are masked in messages and in fields, also those that JSON writes differently', t => {
  const { report, masker, console, logged } = fakeTarget()
  masker.add('a"b\\c')
  report.tell('info', 'prestartStarts', { command: './go a"b\\c' })
  report.state('bootwright: environment X=a"b\\c')
  report.log('debug', 'deep', { list: [{ inner: 'is a"b\\c' }] })
  t.regex(console.shown, /\.\/go \*\*\*\n.* X=\*\*\*\n$/)
  t.false(JSON.stringify(logged).includes('b\\\\c'))
})
test('the log is a file of lines, and one that cannot be written stops nothing', t => {
  const file = join(scratch(), 'log.jsonl')
  const write = logFile(file)
  write('{}\n')
  write('{}\n')
  t.is(readFileSync(file, 'utf8'), '{}\n{}\n')
  t.notThrows(() => logFile('/nowhere/log.jsonl')('{}\n'))
})
