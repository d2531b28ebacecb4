import test from 'ava'
import { attribute, PluginError } from '../../src/kernel/plugin-error.ts'

const aborted = (reason: unknown): AbortSignal => {
  const controller = new AbortController()
  controller.abort(reason)
  return controller.signal
}

test('a plugin error names the plugin, the place and the cause', t => {
  const cause = new Error('no key in slot 3')
  const error = attribute(cause, '@acme/hsm', 'sign') as PluginError
  t.is(error.message, '[@acme/hsm] sign: no key in slot 3')
  t.like(error, { code: 'PLUGIN', plugin: '@acme/hsm', where: 'sign', cause })
})

test('an error names only the innermost plugin', t => {
  const inner = new PluginError('inner', 'create signer "x"', new Error('no'))
  t.is(attribute(inner, 'outer', 'sign'), inner)
})

test('a cancellation is attributed to no plugin, in Node’s form too', t => {
  const reason = new Error('interrupted')
  const signal = aborted(reason)
  t.is(attribute(reason, 'p', 'sign', signal), reason)
  t.is(
    attribute(Object.assign(new Error('The operation was aborted'), { name: 'AbortError' }), 'p', 'sign', signal),
    reason,
  )
  t.is(attribute(new PluginError('inner', 'sign', reason), 'p', 'sign', signal), reason)
})

test('a failure after an abort that is not a cancellation is reported', t => {
  t.true(attribute(new Error('disk full'), 'p', 'sign', aborted(new Error('x'))) instanceof PluginError)
})

test('an AbortError without an abort is attributed to the plugin', t => {
  const own = Object.assign(new Error('my timeout'), { name: 'AbortError' })
  t.true(attribute(own, 'p', 'sign', new AbortController().signal) instanceof PluginError)
})

test('every thrown value gives a message', t => {
  const messages = ['text', undefined, null, 42, Object.create(null), { a: 1 }, new Error('')].map(
    thrown => (attribute(thrown, 'p', 'w') as Error).message,
  )
  t.is(messages[0], '[p] w: text')
  t.is(messages[1], '[p] w: undefined')
  for (const message of messages) t.true(message.startsWith('[p] w: ') && message.length > '[p] w: '.length)
})
