import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { digest, fromFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { buildFactory, outputOf, prepareFactory } from '../support/factory.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test.serial as unknown as TestFn, 'qemu-system-x86_64', 'apt-get', 'wimlib-imagex')
const folder = scratch()

test.before(() => prepareFactory(folder, randomBytes(3 << 20)))

boots('the disk for duplicators starts under UEFI and finds its contents on the other partition', t =>
  onMachine(t, async () => {
    const output = await outputOf(join(folder, 'out/factory.qcow2'), 'uefi')
    t.regex(output, /bootwright: content operatingSystemImage\/debian valid/)
    t.regex(output, /bootwright: content package\/tools valid/)
  }),
)

boots('prestaged media are the same when they are built again', async t => {
  const digests = () =>
    Promise.all(['wim', 'qcow2'].map(async name => digest(await fromFile(join(folder, `out/factory.${name}`)))))
  const before = await digests()
  await buildFactory(folder, '--force')
  t.deepEqual(await digests(), before)
})
