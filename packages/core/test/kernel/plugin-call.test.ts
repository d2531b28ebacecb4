import test from 'ava'
import { type PluginCall, pluginCallChannel, trackPluginCalls } from '../../src/kernel/plugin-call.ts'

const call: PluginCall = { hook: 'sign', plugin: '@demo/x', name: 'countersign' }

test.serial('the channel publishes start, end and error of every call, each with its own message', async t => {
  const seen: [string, PluginCall & { error?: unknown }][] = []
  const on = (name: string) => (message: object) => void seen.push([name, message as PluginCall])
  const subscribers = {
    start: on('start'),
    end: on('end'),
    asyncStart: on('asyncStart'),
    asyncEnd: on('asyncEnd'),
    error: on('error'),
  }
  pluginCallChannel.subscribe(subscribers)
  t.teardown(() => pluginCallChannel.unsubscribe(subscribers))
  const calls = trackPluginCalls()
  await calls.run(call, () => 1)
  await t.throwsAsync(calls.run(call, () => Promise.reject(new Error('no'))))
  const names = seen.filter(([, { plugin }]) => plugin === '@demo/x').map(([name]) => name)
  t.deepEqual(names, ['start', 'end', 'asyncStart', 'asyncEnd', 'start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  const [first, second] = [seen[0]![1], seen[4]![1]]
  t.like(first, call)
  t.not(first, second)
  t.is(first.error, undefined)
  t.is((second.error as Error).message, '[@demo/x] sign: no')
  t.deepEqual(call, { hook: 'sign', plugin: '@demo/x', name: 'countersign' })
})

test('a call is pending until it has settled', async t => {
  const calls = trackPluginCalls()
  const gate = Promise.withResolvers<void>()
  const running = calls.run(call, () => gate.promise)
  t.deepEqual([...calls.pending], [call])
  gate.resolve()
  await running
  t.is(calls.pending.size, 0)
  await t.throwsAsync(calls.run(call, () => Promise.reject(new Error('no'))))
  t.is(calls.pending.size, 0)
})

test('a call does not run when the signal is aborted', async t => {
  const reason = new Error('interrupted')
  let ran = false
  const work = (): void => {
    ran = true
  }
  const run = trackPluginCalls().run(call, work, AbortSignal.abort(reason))
  t.is(await t.throwsAsync(run), reason)
  t.false(ran)
})
