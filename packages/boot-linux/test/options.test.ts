import test from 'ava'
import { optionsSchema } from '../src/options.ts'

const judge = async (options: unknown) => await optionsSchema['~standard'].validate(options)
const files = { kernel: 'k', initramfs: 'i', loaders: { uefi: { grub: 'g' } } }

test('Debian, and files of one’s own', async t => {
  t.deepEqual(await judge({ distribution: 'debian' }), { value: { distribution: 'debian' } })
  t.deepEqual(await judge({ files }), { value: { files: { ...files, date: '1980-01-01T00:00:00Z' } } })
})
for (const [what, options, path] of [
  ['neither', {}, []],
  ['both', { distribution: 'debian', files }, []],
  ['a kernel to choose among files', { kernel: 'cloud', files }, ['kernel']],
  ['another distribution', { distribution: 'arch' }, ['distribution']],
  ['files without loaders', { files: { kernel: 'k', initramfs: 'i', loaders: {} } }, ['files', 'loaders']],
  ['an unknown key', { distribution: 'debian', kernal: 'cloud' }, []],
] as const)
  test(`refused: ${what}`, async t => {
    const { issues = [] } = (await judge(options)) as { issues?: readonly { path?: readonly unknown[] }[] }
    t.deepEqual(issues[0]?.path ?? [], [...path])
    t.true(issues.length > 0)
  })
