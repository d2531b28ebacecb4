import { type Plugin, type PluginApi, token } from '@bootwright/api'
import test from 'ava'
import { PluginError } from '../../src/kernel/plugin-error.ts'
import { context, neverAborted, open, plugin } from './fake.ts'

test('all disposers run in reverse order, and their failures are reported together', async t => {
  const order: string[] = []
  const disposing = (name: string, fails = false): Plugin =>
    plugin(name, ({ onDispose }) => {
      onDispose(() => void order.push(`${name} 1`))
      onDispose(async () => {
        order.push(`${name} 2`)
        if (fails) throw new Error(`${name} is stuck`)
      })
    })
  const { kernel } = await open([disposing('a', true), disposing('b', true)])
  const error = await t.throwsAsync<AggregateError>(kernel[Symbol.asyncDispose]() as Promise<void>, {
    instanceOf: AggregateError,
  })
  t.deepEqual(order, ['b 2', 'b 1', 'a 2', 'a 1'])
  t.deepEqual(
    error?.errors.map((each: PluginError) => [each.plugin, each.where]),
    [
      ['b', 'dispose'],
      ['a', 'dispose'],
    ],
  )
  t.regex(error?.message ?? '', /\[b\] dispose: b is stuck; \[a\] dispose: a is stuck/)
  await kernel[Symbol.asyncDispose]()
  t.is(order.length, 4)
})

test('a failed setup is reported even if a disposer fails too', async t => {
  const order: string[] = []
  const plugins = [
    plugin('a', ({ onDispose }) =>
      onDispose(() => {
        order.push('a')
        throw new Error('stuck')
      }),
    ),
    plugin('b', () => Promise.reject(new Error('no licence'))),
    plugin('c', () => void order.push('c')),
  ]
  const error = await t.throwsAsync(open(plugins), { instanceOf: PluginError })
  t.is(error?.message, '[b] setup: no licence')
  t.deepEqual(order, ['a'])
})

test('a factory that fails inside a tap is attributed to its owner once', async t => {
  const Key = token<object>('test-kernel-key')
  const { kernel } = await open([
    plugin('key-vendor', ({ provide }) =>
      provide(Key, [], () => {
        throw new Error('no slot')
      }),
    ),
    plugin('signing', ({ hooks, contribute }) => {
      contribute('imageReader', 'x', [Key], () => ({ open: async () => undefined }))
      hooks.sign.tap('use', () => void kernel.registry.use('imageReader', 'x'))
    }),
  ])
  const error = await t.throwsAsync(kernel.hooks.sign.promise(context()), { instanceOf: PluginError })
  t.is(error?.message, '[key-vendor] create @bootwright/api:test-kernel-key: no slot')
})

for (const [what, late] of Object.entries<(api: PluginApi) => void>({
  tap: ({ hooks }) => hooks.write.tap('x', () => {}),
  contribute: ({ contribute }) => contribute('imageReader', 'x', [], () => ({ open: async () => undefined })),
  provide: ({ provide }) => provide(token<object>('test-late'), [], () => ({})),
}))
  for (const fails of [false, true])
    test(`${what} is refused after a setup that ${fails ? 'failed' : 'ended'}`, async t => {
      let savedApi: PluginApi | undefined
      const opening = open([
        plugin('p', api => {
          savedApi = api
          if (fails) throw new Error('no')
        }),
      ])
      await (fails ? t.throwsAsync(opening) : opening)
      t.like(
        t.throws(() => late(savedApi!)),
        { code: 'SETUP_ENDED' },
      )
    })

test('onDispose works in a factory at first use, and is refused after closing', async t => {
  let disposed = false
  let savedApi: PluginApi | undefined
  const { kernel } = await open([
    plugin('p', api => {
      savedApi = api
      api.contribute('imageReader', 'x', [], () => {
        api.onDispose(() => {
          disposed = true
        })
        return { open: async () => undefined }
      })
    }),
  ])
  kernel.registry.use('imageReader', 'x')
  await kernel[Symbol.asyncDispose]()
  t.true(disposed)
  t.like(
    t.throws(() => savedApi!.onDispose(() => {})),
    { code: 'CLOSED' },
  )
  t.like(await t.throwsAsync(kernel.watch(async () => {})), { code: 'CLOSED' })
})

test('a call is attributed to the plugin of the contribution, and an unknown name to none', async t => {
  const { kernel } = await open([
    plugin('p', ({ contribute }) => contribute('imageReader', 'x', [], () => ({ open: async () => undefined }))),
  ])
  const call = kernel.call('imageReader', 'x', 'open disc.iso', () => Promise.reject(new Error('torn')))
  t.is((await t.throwsAsync(call))?.message, '[p] open disc.iso: torn')
  t.like(await t.throwsAsync(kernel.call('imageReader', 'y', 'open', () => 1)), { code: 'CONTRIBUTION_UNKNOWN' })
})

test('a cancellation inside a call is passed on unchanged, and no setup starts after it', async t => {
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const { kernel } = await open(
    [plugin('p', ({ contribute }) => contribute('imageReader', 'x', [], () => ({ open: async () => undefined })))],
    controller.signal,
  )
  const call = kernel.call('imageReader', 'x', 'open', async () => {
    controller.abort(reason)
    controller.signal.throwIfAborted()
  })
  t.is(await t.throwsAsync(call), reason)
  t.is(await t.throwsAsync(open([plugin('q', () => t.fail())], controller.signal)), reason)
  t.false(neverAborted().aborted)
})
