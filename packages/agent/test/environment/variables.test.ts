import test from 'ava'
import fc from 'fast-check'
import { createVariables } from '../../src/environment/variables.ts'

const initial = {
  OSDTimeZone: { value: 'Europe/Paris' },
  _Type: { value: 'x' },
  Secret: { value: 'hush', isSecret: true },
}

test('names are case-insensitive and keep their first spelling', t => {
  const variables = createVariables(initial)
  t.is(variables.get('osdtimezone')?.value, 'Europe/Paris')
  variables.set('OSDTIMEZONE', 'UTC')
  t.like(variables.get('OSDTimeZone'), { name: 'OSDTimeZone', value: 'UTC' })
})
test('names that begin with _ are read-only', t => {
  const variables = createVariables(initial)
  t.throws(() => variables.set('_Type', 'y'), { code: 'VARIABLE_READ_ONLY' })
  t.throws(() => variables.set('_New', 'y'), { code: 'VARIABLE_READ_ONLY' })
  t.is(variables.get('_Type')?.value, 'x')
})
test('an empty value deletes', t => {
  const variables = createVariables(initial)
  variables.set('OSDTimeZone', '')
  t.is(variables.get('OSDTimeZone'), undefined)
  t.deepEqual(variables.changes(), [{ name: 'OSDTimeZone', value: '', isSecret: false }])
})
test('names and values have limits', t => {
  const variables = createVariables({})
  for (const name of ['', '1a', 'a b', 'a=b', 'é', `a${'b'.repeat(256)}`])
    t.throws(() => variables.set(name, 'x'), { code: 'VARIABLE_NAME' }, name)
  t.throws(() => variables.set('a', 'x'.repeat(4001)), { code: 'VARIABLE_VALUE' })
  t.throws(() => variables.set('a', 'x\0'), { code: 'VARIABLE_VALUE' })
  variables.set(`a${'b'.repeat(255)}`, 'x'.repeat(4000))
  t.is(variables.list().length, 1)
})
test('a secret stays a secret, and each of its values is masked', t => {
  const told: string[] = []
  const variables = createVariables(initial, value => told.push(value))
  variables.set('SECRET', 'quiet')
  variables.set('Other', 'silent', { isSecret: true })
  t.true(variables.get('secret')?.isSecret)
  t.deepEqual(told, ['hush', 'quiet', 'silent'])
})
test('changes lists the variables that differ from the medium', t => {
  const variables = createVariables(initial)
  variables.set('OSDTimeZone', 'UTC')
  variables.set('OSDTimeZone', 'Europe/Paris')
  variables.set('Owner', 'alice')
  t.deepEqual(
    variables.changes().map(({ name }) => name),
    ['Owner'],
  )
})
test('a variable that is set is read back under every spelling', t => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/), fc.string({ minLength: 1 }), (name, value) => {
      fc.pre(!value.includes('\0'))
      const variables = createVariables({})
      variables.set(name, value)
      return [name, name.toUpperCase(), name.toLowerCase()].every(each => variables.get(each)?.value === value)
    }),
  )
  t.pass()
})
