import test from 'ava'
import { mergeEnvironmentFile } from '../../src/environment/file.ts'
import { createVariables } from '../../src/environment/variables.ts'

test('lines are set in order, and a value may contain anything but a line end', t => {
  const variables = createVariables({})
  t.deepEqual(mergeEnvironmentFile('# why\n\nOwner=alice\r\nQuery=a=b c\nowner=bob\n', variables), [])
  t.is(variables.get('Owner')?.value, 'bob')
  t.is(variables.get('Query')?.value, 'a=b c')
})
test('refused lines are reported, and the others are set', t => {
  const variables = createVariables({})
  const refused = mergeEnvironmentFile('secret words\n_Type=x\nOwner=alice', variables)
  t.deepEqual(
    refused.map(({ line }) => line),
    [1, 2],
  )
  t.false(refused.some(({ reason }) => reason.includes('words')))
  t.is(variables.get('Owner')?.value, 'alice')
})
