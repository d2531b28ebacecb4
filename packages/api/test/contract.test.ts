import test from 'ava'
import { API_VERSION, definePlugin, type Plugin, type PluginApi, Stage, type Target, token } from '../src/index.ts'

interface Burner {
  burn(): void
}
declare module '../src/index.ts' {
  interface Contributions {
    readonly burner: Burner
  }
}

const anywhere = {} as PluginApi
/** Never called: only the compiler checks this. */
const _compiled = (): void => {
  // @ts-expect-error there is no such moment
  anywhere.hooks.writ.tap('x', () => {})
  // @ts-expect-error a plugin taps, it does not call
  anywhere.hooks.write.promise({})
  // @ts-expect-error no contribution of this kind has this shape
  anywhere.contribute('signer', 'x', [], () => ({ sing: async () => new Map() }))
  // @ts-expect-error there is no such kind
  anywhere.contribute('bruner', 'x', [], () => ({ burn() {} }))
  // A kind that a third party adds is checked like the others.
  anywhere.contribute('burner', 'x', [], () => ({ burn() {} }))
  // @ts-expect-error
  anywhere.contribute('burner', 'x', [], () => ({ bern() {} }))
  // The factory receives the values behind the tokens.
  anywhere.provide(token<string>('text'), [token<number>('number')], number => number.toFixed())
  // @ts-expect-error
  anywhere.provide(token<string>('text'), [token<number>('number')], number => number)
  // @ts-expect-error the version is a literal, so that a mismatch does not compile
  definePlugin({ name: 'x', apiVersion: 2, setup() {} })
  // @ts-expect-error a target needs `plan`
  const target: Target = { schema: anywhere as never, outputs: () => [], write: async () => [] }
  void target
}

test('two copies of this package agree on a token, and its description is its name', t => {
  t.is(token('x'), token('x'))
  t.is(token('x').description, '@bootwright/api:x')
  t.not(token('x'), token('y'))
})
test('a plugin is the plain object that was written', t => {
  const plugin: Plugin = { name: 'x', apiVersion: API_VERSION, setup() {} }
  t.is(definePlugin(plugin), plugin)
})
test('stages are three, in order', t => {
  t.deepEqual(
    Object.entries(Stage)
      .sort(([, a], [, b]) => a - b)
      .map(([name]) => name),
    ['early', 'normal', 'late'],
  )
})
