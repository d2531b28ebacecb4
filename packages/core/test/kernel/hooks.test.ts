import { type PluginApi, Stage } from '@bootwright/api'
import test from 'ava'
import { phases } from '../../src/kernel/hooks.ts'
import { PluginError } from '../../src/kernel/plugin-error.ts'
import { context, open, plugin } from './fake.ts'

test('taps run early, normal, late, and in the order of the plugins within', async t => {
  const order: string[] = []
  const taps =
    (name: string) =>
    ({ hooks }: PluginApi): void => {
      hooks.sign.tapPromise({ name: 'late', stage: Stage.late }, async () => void order.push(`${name} late`))
      hooks.sign.tap('normal', () => void order.push(`${name} normal`))
      hooks.sign.tapPromise({ name: 'early', stage: Stage.early }, async () => void order.push(`${name} early`))
    }
  const { kernel } = await open([plugin('b', taps('b'), ['a']), plugin('a', taps('a'))])
  await kernel.hooks.sign.promise(context())
  t.deepEqual(order, ['a early', 'b early', 'a normal', 'b normal', 'a late', 'b late'])
})

test('an error of a tap names its plugin and hook', async t => {
  const cause = new Error('no key')
  for (const how of ['tap', 'tapPromise'] as const) {
    const { kernel } = await open([
      plugin('@demo/x', ({ hooks }) =>
        hooks.sign[how]('countersign', () => {
          throw cause
        }),
      ),
    ])
    const error = await t.throwsAsync(kernel.hooks.sign.promise(context()), { instanceOf: PluginError })
    t.like(error, { message: '[@demo/x] sign: no key', plugin: '@demo/x', where: 'sign', cause })
  }
})

test('no tap starts after an abort, and the reason is passed on unchanged', async t => {
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const order: string[] = []
  const { kernel } = await open([
    plugin('p', ({ hooks }) => {
      hooks.write.tap('first', () => {
        order.push('first')
        controller.abort(reason)
      })
      hooks.write.tap('second', () => void order.push('second'))
    }),
  ])
  t.is(await t.throwsAsync(kernel.hooks.write.promise(context(controller.signal))), reason)
  t.deepEqual(order, ['first'])
})

const refused: Readonly<Record<string, (api: PluginApi) => void>> = {
  'a known name in before': ({ hooks }) => {
    hooks.write.tap('known', () => {})
    hooks.write.tap({ name: 'x', before: 'known' }, () => {})
  },
  'an unknown name in before': ({ hooks }) => hooks.write.tap({ name: 'x', before: 'nobody' }, () => {}),
  'a stage that is no Stage': ({ hooks }) => hooks.write.tap({ name: 'x', stage: 'late' as never }, () => {}),
  'a misspelt option': ({ hooks }) => hooks.write.tap({ name: 'x', stag: Stage.late } as never, () => {}),
  'the name of another plugin': ({ hooks }) => hooks.write.tap({ name: 'x', plugin: 'other' } as never, () => {}),
  'no name': ({ hooks }) => hooks.write.tap(' ', () => {}),
  'no options': ({ hooks }) => hooks.write.tap(undefined as never, () => {}),
  'no function': ({ hooks }) => hooks.write.tap('x', undefined as never),
}
for (const [what, setup] of Object.entries(refused))
  test(`a tap with ${what} is refused`, async t => {
    const error = await t.throwsAsync(open([plugin('p', setup)]), { instanceOf: PluginError })
    t.like(error, { plugin: 'p', where: 'setup' })
    t.like(error?.cause, { code: 'TAP_REFUSED' })
  })

test('an unknown hook is refused, with the name that was probably meant', async t => {
  const misspelt = plugin('p', ({ hooks }) =>
    (hooks as never as Record<string, typeof hooks.write>).writ!.tap('x', () => {}),
  )
  const error = await t.throwsAsync(open([misspelt]), { instanceOf: PluginError })
  t.regex(error!.message, /unknown hook "writ"; did you mean "write"\?/)
})

test('a plugin can only tap hooks', async t => {
  let seen: object = {}
  const look = plugin('p', ({ hooks }) => {
    seen = hooks
  })
  await open([look])
  t.deepEqual(Object.keys(seen), [...phases])
  for (const hook of Object.values(seen)) t.deepEqual(Object.keys(hook as object), ['tap', 'tapPromise'])
})

test('a tap sees the live context, read-only and with its own log', async t => {
  const build = context()
  const { kernel, events } = await open([
    plugin('p', ({ hooks }) =>
      hooks.write.tap('x', view => {
        Object.assign(build, { date: new Date(1) })
        t.is(view.date.getTime(), 1)
        t.is(view.tree, build.tree)
        t.false('secretOfTheKernel' in view)
        view.log.info('hello')
        t.throws(() => Object.assign(view, { date: new Date(2) }), { instanceOf: TypeError })
      }),
    ),
  ])
  await kernel.hooks.write.promise(build)
  t.deepEqual(events, [{ type: 'log', level: 'info', plugin: 'p', message: 'hello' }])
})
