import test from 'ava'
import { mediumIdOf } from '../../../src/computer/linux/kernel-command-line.ts'

test('the id is a kernel parameter, and the last one counts', t => {
  t.is(mediumIdOf('quiet bootwright.medium=a-1 console=ttyS0\n'), 'a-1')
  t.is(mediumIdOf('bootwright.medium=a bootwright.medium=b'), 'b')
})
test('without the parameter there is no id', t => {
  t.is(mediumIdOf('quiet xbootwright.medium=a'), undefined)
})
