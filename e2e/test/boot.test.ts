import { needs } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { buildExample, copyExample, type Example, extendExample, withScript } from '../support/example.ts'
import { INNER_WAYS, startsAndAsks, titleOf } from '../support/ways.ts'

const test = anyTest as TestFn<Example>
const boots = needs(test as TestFn, 'qemu-system-x86_64', 'apt-get', 'openssl') as typeof test

test.before(async t => {
  t.context = await copyExample()
  await withScript(t.context, '[ -t 0 ] && echo "the script has a terminal"')
  await extendExample(t.context)
  await buildExample(t.context)
})
test.after.always(t => t.context.remove?.())

for (const way of INNER_WAYS) boots(titleOf(way), t => startsAndAsks(t, t.context.folder, way))
