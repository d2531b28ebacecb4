import { AgentProvider, type BootImageDriver, Library, PinStore, type PluginApi } from '@bootwright/api'
import test from 'ava'
import plugin, { BootLinuxError } from '../src/index.ts'
import { optionsSchema } from '../src/options.ts'

test('the plugin contributes the boot image "linux", which needs library, keeper and agent', async t => {
  const contributed: unknown[][] = []
  await plugin.setup({ contribute: (...all: unknown[]) => contributed.push(all) } as unknown as PluginApi)
  t.is(contributed.length, 1)
  const [[kind, name, needs, create] = []] = contributed
  t.deepEqual([kind, name, needs], ['bootImage', 'linux', [Library, PinStore, AgentProvider]])
  t.is((create as (...services: unknown[]) => BootImageDriver)().schema, optionsSchema)
  t.is(plugin.name, '@bootwright/boot-linux')
})

test('an error carries its code, what it is about, and its cause when there is one', t => {
  const cause = new Error('deeper')
  t.like(new BootLinuxError('APT_FAILED', 'apt-get', 'text', cause), {
    name: 'BootLinuxError',
    code: 'APT_FAILED',
    subject: 'apt-get',
    message: 'text',
    cause,
  })
  t.false('cause' in new BootLinuxError('APT_FAILED', 'apt-get', 'text'))
})
