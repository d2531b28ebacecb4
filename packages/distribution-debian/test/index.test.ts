import { Library, type PluginApi } from '@bootwright/api'
import test from 'ava'
import plugin, { DebianError } from '../src/index.ts'

test('the plugin contributes the Linux distribution "debian", which requires the content library', async t => {
  const contributed: unknown[][] = []
  await plugin.setup({ contribute: (...all: unknown[]) => contributed.push(all) } as unknown as PluginApi)
  t.is(contributed.length, 1)
  t.deepEqual(contributed[0]?.slice(0, 3), ['linuxDistribution', 'debian', [Library]])
  t.is(plugin.name, '@bootwright/distribution-debian')
})

test('an error has a code, a subject and, where there is one, a cause', t => {
  const cause = new Error('deeper')
  const expected = { name: 'DebianError', code: 'APT_MISSING', subject: 'apt-get', message: 'text', cause }
  t.like(new DebianError('APT_MISSING', 'apt-get', 'text', cause), expected as never)
  t.false('cause' in new DebianError('APT_MISSING', 'apt-get', 'text'))
})
