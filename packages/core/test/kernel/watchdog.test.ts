import test from 'ava'
import { ended, start } from '../processes.ts'

for (const [where, expected] of [
  ['tap', '[@demo/hang] write (burn)'],
  ['setup', '[@demo/hang] setup (setup)'],
  ['call', '[@demo/hang] open disc.iso (imageReader "x")'],
  ['dispose', '[@demo/hang] dispose (onDispose)'],
] as const)
  test(`a promise that never settles in a ${where} fails the process and is named`, async t => {
    const { code, output } = await ended(start(import.meta.url, './hanging.ts', where))
    t.is(code, 3)
    const { name, message, calls } = JSON.parse(output)
    t.true(message.includes(expected), message)
    t.is(name, where === 'dispose' ? 'AggregateError' : 'IdleError')
    if (where !== 'dispose') t.like(calls[0], { plugin: '@demo/hang' })
  })

test('the same process succeeds without a hang', async t => {
  t.is((await ended(start(import.meta.url, './hanging.ts', 'nowhere'))).code, 0)
})

test('a cancelled process that becomes idle fails with the reason', async t => {
  const { code, output } = await ended(start(import.meta.url, './hanging.ts', 'cancelled'))
  t.is(code, 3)
  t.is(JSON.parse(output).message, 'interrupted')
})
