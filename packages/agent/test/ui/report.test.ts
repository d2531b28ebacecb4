import test from 'ava'
import { fakeComputer } from '../fakes.ts'

test('consoles show the language of the medium, and the log is in English with fields', t => {
  const { report, console, logged } = fakeComputer()
  report.setLanguage('fr')
  report.print('warn', 'wrongPassword', { count: 2, seconds: 4 })
  t.is(console.shown, 'Mot de passe incorrect (essai 2). Attendez 4 s.\n')
  t.deepEqual(logged, [
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'Wrong password (attempt 2). Wait 4 s.',
      count: 2,
      seconds: 4,
    },
  ])
})
test('secrets are masked in messages and in fields, including secrets that JSON escapes', t => {
  const { report, masker, console, logged } = fakeComputer()
  masker.add('a"b\\c')
  report.print('info', 'prestartStarted', { command: './go a"b\\c' })
  report.printStatus('bootwright: environment X=a"b\\c')
  report.log('debug', 'deep', { list: [{ inner: 'is a"b\\c' }] })
  t.regex(console.shown, /\.\/go \*\*\*\n.* X=\*\*\*\n$/)
  t.false(JSON.stringify(logged).includes('b\\\\c'))
})
test('a status line keeps its keywords even if a secret equals one', t => {
  const { report, masker, console, logged } = fakeComputer()
  for (const secret of ['boot', 'done', 'environment', 'Owner']) masker.add(secret)
  report.printStatus('bootwright: done')
  report.printStatus('bootwright: environment Owner=not done=yet')
  t.is(console.shown, 'bootwright: done\nbootwright: environment Owner=not ***=yet\n')
  t.deepEqual(
    logged.map(({ message }) => message),
    ['bootwright: done', 'bootwright: environment Owner=not ***=yet'],
  )
})
test('control characters from the medium do not reach the consoles', t => {
  const { report, console } = fakeComputer()
  report.print('info', 'prestartStarted', { command: 'a\x1b[2J\rb\x9b5n\x07\x7f\nc é' })
  t.is(console.shown, 'Running the prestart command: a\ufffd[2J\ufffdb\ufffd5n\ufffd\ufffd\nc é\n')
})
test('a multi-line value is one status line', t => {
  const { report, masker, console } = fakeComputer()
  masker.add('first\nsecond')
  report.printStatus('bootwright: environment X=a\nbootwright: done\x1b[A')
  report.printStatus('bootwright: environment Y=first\nsecond')
  t.is(console.shown, 'bootwright: environment X=a\ufffdbootwright: done\ufffd[A\nbootwright: environment Y=***\n')
})
