import { AgentProvider, type BootImageDriver, Library, PinStore, type PluginApi } from '@bootwright/api'
import test from 'ava'
import plugin, { BootLinuxError } from '../src/index.ts'
import { optionsSchema } from '../src/options.ts'

test('the plugin contributes the boot image "linux", which requires content library, pin store and agent', async t => {
  const contributed: unknown[][] = []
  await plugin.setup({ contribute: (...all: unknown[]) => contributed.push(all) } as unknown as PluginApi)
  t.is(contributed.length, 1)
  const [[kind, name, needs, create] = []] = contributed
  t.deepEqual([kind, name, needs], ['bootImage', 'linux', [Library, PinStore, AgentProvider]])
  t.is((create as (...services: unknown[]) => BootImageDriver)().schema, optionsSchema)
  t.is(plugin.name, '@bootwright/boot-linux')
})

test('an error has a code, a subject and, where there is one, a cause', t => {
  const cause = new Error('deeper')
  t.like(new BootLinuxError('LIBRARY_MISSING', 'libc.so.6', 'text', cause), {
    name: 'BootLinuxError',
    code: 'LIBRARY_MISSING',
    subject: 'libc.so.6',
    message: 'text',
    cause,
  })
  t.false('cause' in new BootLinuxError('LIBRARY_MISSING', 'libc.so.6', 'text'))
})
