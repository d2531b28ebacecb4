import test from 'ava'
import { errorSeconds } from '../../src/environment/error-timeout.ts'
import { createVariables } from '../../src/environment/variables.ts'
import { fakeComputer } from '../fakes.ts'

const timeoutFor = (value?: string): { seconds: number; shown: string } => {
  const { report, console } = fakeComputer()
  const variables = createVariables(value === undefined ? {} : { SMSTSErrorDialogTimeout: { value } })
  return { seconds: errorSeconds(report, variables), shown: console.shown }
}

test('SMSTSErrorDialogTimeout is 900 when it is not set', t => {
  t.deepEqual(timeoutFor(), { seconds: 900, shown: '' })
})
test('SMSTSErrorDialogTimeout accepts any whole number', t => {
  for (const value of ['0', '1', '31536000', '99999999999'])
    t.deepEqual(timeoutFor(value), { seconds: Number(value), shown: '' })
})
test('an SMSTSErrorDialogTimeout that is not a whole number is 900, with a warning', t => {
  for (const value of ['soon', '-1', '1.5', '1e3', '0x10', 'NaN', 'Infinity']) {
    const { seconds, shown } = timeoutFor(value)
    t.is(seconds, 900, value)
    t.regex(shown, /SMSTSErrorDialogTimeout is not a whole number of seconds; using 900/, value)
  }
})
