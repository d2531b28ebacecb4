import test from 'ava'
import { optionsSchema } from '../src/options.ts'

const loaders = { bios: { isolinux: 'isolinux.bin', ldlinux: 'ldlinux.c32' } }
const files = { kernel: 'vmlinuz', initramfs: 'initrd', loaders }

async function validate(options: unknown): Promise<{ readonly value?: unknown; readonly found: readonly string[] }> {
  const result = await optionsSchema['~standard'].validate(options)
  if (!result.issues) return { value: result.value, found: [] }
  return { found: result.issues.map(({ path = [], message }) => `${path.map(String).join('.')}: ${message}`) }
}
const faults = async (options: unknown): Promise<readonly string[]> => (await validate(options)).found

test('a distribution requires no other option and accepts a kernel', async t => {
  t.deepEqual(await validate({ distribution: 'debian' }), { value: { distribution: 'debian' }, found: [] })
  for (const kernel of ['generic', 'cloud']) t.deepEqual(await faults({ distribution: 'debian', kernel }), [])
})

test('files have the earliest date of FAT unless they say another', async t => {
  t.deepEqual(await validate({ files }), { value: { files: { ...files, date: '1980-01-01T00:00:00Z' } }, found: [] })
  const date = '2026-01-02T03:04:05Z'
  t.deepEqual((await validate({ files: { ...files, date } })).value, { files: { ...files, date } })
})

test('files take every loader', async t => {
  const all = {
    uefi: { grub: 'grub.efi', shim: 'shim.efi', mokManager: 'mm.efi' },
    bios: { ...loaders.bios, mbr: 'isohdpfx.bin' },
  }
  t.deepEqual(await faults({ files: { ...files, loaders: all } }), [])
  t.deepEqual(await faults({ files: { ...files, loaders: { uefi: { grub: 'grub.efi' } } } }), [])
})

test('there is either a distribution or files', async t => {
  const expected = [': expected either `distribution` (for example `debian`) or `files`']
  t.deepEqual(await faults({}), expected)
  t.deepEqual(await faults({ kernel: 'cloud' }), expected)
  t.deepEqual(await faults({ distribution: 'debian', files }), expected)
})

test('`kernel` and `files` exclude each other', async t => {
  const [found, ...rest] = await faults({ files, kernel: 'cloud' })
  t.regex(found!, /^kernel: .*`files\.kernel`/)
  t.deepEqual(rest, [])
})

test('an error has the path of its option', async t => {
  const pathsOf = async (options: unknown): Promise<readonly string[]> =>
    (await faults(options)).map(each => each.split(': ')[0]!)
  t.deepEqual(await pathsOf({ distribution: '' }), ['distribution'])
  t.deepEqual(await pathsOf({ distribution: 'debian', kernel: '' }), ['kernel'])
  t.deepEqual(await pathsOf({ files: { ...files, kernel: '', initramfs: 5 } }), ['files.kernel', 'files.initramfs'])
  t.deepEqual(await pathsOf({ files: { kernel: 'vmlinuz', initramfs: 'initrd' } }), ['files.loaders'])
  t.deepEqual(await pathsOf({ files: { ...files, loaders: {} } }), ['files.loaders'])
  t.deepEqual(await pathsOf({ files: { ...files, loaders: { bios: { isolinux: 'x' } } } }), [
    'files.loaders.bios.ldlinux',
  ])
  t.deepEqual(await pathsOf({ files: { ...files, date: '2026-01-02' } }), ['files.date'])
  t.deepEqual(await pathsOf('debian'), [''])
})

test('unknown keys are refused on every level', async t => {
  for (const options of [
    { distribution: 'debian', release: 'trixie' },
    { files: { ...files, initrd: 'x' } },
    { files: { ...files, loaders: { ...loaders, coreboot: {} } } },
    { files: { ...files, loaders: { uefi: { grub: 'x', refind: 'y' } } } },
  ])
    t.regex((await faults(options)).join(), /release|initrd|coreboot|refind/)
})

test('the schema describes itself to editors', t => {
  const schema = JSON.stringify(optionsSchema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }))
  for (const word of ['distribution', 'generic', 'cloud', 'mokManager', 'isohdpfx.bin', 'additionalProperties'])
    t.true(schema.includes(word), word)
})
