import test from 'ava'
import { createTranscript, lastLines } from '../src/transcript.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('what was printed before is found', async t => {
  const transcript = createTranscript()
  transcript.add(bytes('agent ready on medium 42\r\n'))
  t.is((await transcript.waitFor(/medium (\d+)/))[1], '42')
})
test('what comes later in pieces is found, with its position in the whole output', async t => {
  const transcript = createTranscript()
  transcript.add(bytes('ready '))
  const found = transcript.waitFor(/ready/, { after: 1 })
  transcript.add(bytes('and rea'))
  transcript.add(bytes('dy'))
  t.is((await found).index, 10)
})
test('a character cut in two is put together again', async t => {
  const transcript = createTranscript()
  const [first, ...rest] = bytes('é')
  transcript.add(new Uint8Array([first!]))
  transcript.add(new Uint8Array(rest))
  t.is(transcript.text, 'é')
})
test('the end of the machine ends a wait and shows what was printed last', async t => {
  const transcript = createTranscript()
  transcript.add(bytes(Array.from({ length: 60 }, (_, index) => `line ${index}\n`).join('')))
  const waiting = transcript.waitFor(/never/)
  transcript.end('the machine ended')
  const error = await t.throwsAsync(waiting, { code: 'MACHINE_EXITED' })
  t.regex(error!.message, /line 20\n[\s\S]*line 59$/)
  t.notRegex(error!.message, /line 19\n/)
})
test('what was printed before the end is still found after it', async t => {
  const transcript = createTranscript()
  transcript.add(bytes('done'))
  transcript.end('the machine ended')
  t.is((await transcript.waitFor(/done/)).index, 0)
})
test('a signal ends a wait with its reason as the cause', async t => {
  const reason = new Error('enough')
  const controller = new AbortController()
  const waiting = createTranscript().waitFor(/never/, { signal: controller.signal })
  controller.abort(reason)
  t.is((await t.throwsAsync(waiting, { code: 'WAIT_ABORTED' }))?.cause, reason)
})
test('the last lines are free of control sequences and empty lines', t => {
  t.is(lastLines('\x1b[2J\x1b[1;1Hone\r\n\r\n\x1b[0mtwo\r\n'), 'one\ntwo')
})
