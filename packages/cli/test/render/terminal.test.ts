import { PassThrough } from 'node:stream'
import test from 'ava'
import { terminalRenderer } from '../../src/render/terminal.ts'
import { ioFor } from '../io.ts'

const progress = (state: 'start' | 'update' | 'end', done: number) =>
  ({
    type: 'progress',
    id: 1,
    state,
    plugin: 'p',
    task: 'write out/lab.iso',
    done,
    total: 4 << 20,
    unit: 'bytes',
  }) as const

/** What a terminal of that width is sent, line by line. */
function drawn(columns: number | undefined, milliseconds = 1000): string[] {
  let now = 0
  const stderr: PassThrough & { columns?: number } = new PassThrough()
  if (columns !== undefined) stderr.columns = columns
  const renderer = terminalRenderer({ ...ioFor('/'), stderr, env: { NO_COLOR: '1' }, now: () => new Date(now) }, false)
  renderer.show(progress('start', 0))
  now = milliseconds
  renderer.show(progress('update', 1 << 20))
  renderer.show({ type: 'log', level: 'warn', plugin: 'p', message: 'no password' })
  renderer.show(progress('end', 4 << 20))
  renderer[Symbol.dispose]()
  return String(stderr.read())
    .split('\r\u001b[2K')
    .map(line => line.trimEnd())
}

test('a task is shown with its share, rate and remaining time, and messages stay above it', t => {
  const lines = drawn(120)
  t.true(lines.includes('██████░░░░░░░░░░░░░░░░░░  25 % 1.0 MiB of 4.0 MiB 1.0 MiB/s, 0:03 left write out/lab.iso'))
  t.true(lines.includes('warning: no password'))
  t.true(lines.includes('done write out/lab.iso'))
})
test('a line never wraps', t => {
  for (const line of drawn(40)) t.true(line.replace('\u001b[?25h', '').length < 40, line)
})
for (const columns of [undefined, 0, 1])
  test(`a terminal ${columns} columns wide is drawn on all the same`, t => {
    t.true(drawn(columns).includes('warning: no password'))
  })
test('the cursor comes back', t => {
  t.regex(drawn(80).at(-1)!, /\?25h$/)
})
