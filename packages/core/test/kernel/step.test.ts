import test from 'ava'
import { type PluginCall, pluginCallChannel, trackPluginCalls } from '../../src/kernel/plugin-call.ts'

const step: PluginCall = { hook: 'sign', plugin: '@demo/x', step: 'countersign' }

test.serial('the channel tells start, end and error of every step, each with a message of its own', async t => {
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
  const steps = trackPluginCalls()
  await steps.run(step, () => 1)
  await t.throwsAsync(steps.run(step, () => Promise.reject(new Error('no'))))
  const names = seen.filter(([, { plugin }]) => plugin === '@demo/x').map(([name]) => name)
  t.deepEqual(names, ['start', 'end', 'asyncStart', 'asyncEnd', 'start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  const [first, second] = [seen[0]![1], seen[4]![1]]
  t.like(first, step)
  t.not(first, second)
  t.is(first.error, undefined)
  t.is((second.error as Error).message, '[@demo/x] sign: no')
  t.deepEqual(step, { hook: 'sign', plugin: '@demo/x', step: 'countersign' })
})

test('a step is pending until it has settled', async t => {
  const steps = trackPluginCalls()
  const gate = Promise.withResolvers<void>()
  const running = steps.run(step, () => gate.promise)
  t.deepEqual([...steps.pending], [step])
  gate.resolve()
  await running
  t.is(steps.pending.size, 0)
  await t.throwsAsync(steps.run(step, () => Promise.reject(new Error('no'))))
  t.is(steps.pending.size, 0)
})

test('does not run when the signal is aborted', async t => {
  const reason = new Error('interrupted')
  let ran = false
  const work = (): void => {
    ran = true
  }
  const run = trackPluginCalls().run(step, work, AbortSignal.abort(reason))
  t.is(await t.throwsAsync(run), reason)
  t.false(ran)
})
