import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { API_VERSION, definePlugin } from '@bootwright/api'
import { readText } from '@bootwright/bytes'
import test from 'ava'
import { fakeContent, fakeMediaType, type Harness, harness, memoryTarget } from '../src/index.ts'

const definition = { media: { lab: { type: 'plain', targets: ['memory'] } } }

test('a medium of fakes runs through all phases and is written to memory', async t => {
  const target = memoryTarget()
  await using kit: Harness = await harness({ plugins: [fakeMediaType(), target.plugin], definition })
  const [built] = await kit.session.build()
  t.deepEqual(kit.phases(), ['resolveContent', 'prestart', 'package', 'sign', 'write'])
  t.is(built?.written[0]?.size, target.written.get('memory:lab')?.size)
  const text = await readText(target.written.get('memory:lab')!)
  t.regex(text, /^bootwright\nbootwright\/manifest\.json\n\{[^}]*"path": "readme\.txt"[\s\S]*\}\nreadme\.txt\nhello\n$/)
})
test('files are beside the definition, secrets come from `env`, and disposal removes the folder', async t => {
  let seen: string | undefined
  const reads = definePlugin({
    name: 'reads',
    apiVersion: API_VERSION,
    setup: ({ hooks }) =>
      hooks.prestart.tapPromise('read', async context => {
        const tree = await context.content('./folder')
        seen = `${[...tree.keys()]} ${(await context.secret({ env: 'KEY' })).reveal()}`
        context.log.info(`the key is ${(await context.secret({ env: 'KEY' })).reveal()}`)
      }),
  })
  const kit = await harness({
    plugins: [fakeMediaType(fakeContent({})), memoryTarget().plugin, reads],
    definition,
    files: { 'folder/a.txt': 'a' },
    env: { KEY: 'hunter22' },
  })
  await kit.session.plan()
  t.is(seen, 'a.txt hunter22')
  t.deepEqual(kit.logged('info'), ['the key is ***'])
  await kit[Symbol.asyncDispose]()
  t.false(existsSync(join(kit.folder, 'bootwright.config.json')))
})
test('an invalid definition leaves no folder', async t => {
  const kit = harness({ plugins: [fakeMediaType()], definition: { media: { lab: { type: 'plane' } } } })
  t.like(await t.throwsAsync(kit), { code: 'DEFINITION' })
})
