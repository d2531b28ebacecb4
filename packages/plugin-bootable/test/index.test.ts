import { PinStore, type PluginApi } from '@bootwright/api'
import test from 'ava'
import plugin from '../src/index.ts'

test('the plugin contributes the media type "bootable", which needs the keeper and does not span', async t => {
  const contributed: unknown[][] = []
  await plugin.setup({ contribute: (...all: unknown[]) => contributed.push(all) } as unknown as PluginApi)
  const [[kind, name, needs, create] = []] = contributed
  t.deepEqual([kind, name, needs], ['mediaType', 'bootable', [PinStore]])
  t.false((create as (keeper: unknown) => { canSpan: boolean })({}).canSpan)
})
