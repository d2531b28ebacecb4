import { AgentProvider, type PluginApi } from '@bootwright/api'
import test from 'ava'
import plugin from '../src/index.ts'

test('the plugin provides bundle and runtime of the agent', t => {
  const provided = new Map<symbol, unknown>()
  const api = {
    provide: (key: symbol, _: unknown, create: (...needed: unknown[]) => unknown) => provided.set(key, create()),
  }
  plugin.setup(api as unknown as PluginApi)
  const provider = provided.get(AgentProvider) as AgentProvider
  t.is(typeof provider.bundle, 'function')
  t.is(typeof provider.runtime, 'function')
})
