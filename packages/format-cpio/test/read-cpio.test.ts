import { concat, type Entry, fromMemory, read, readText, slice, sortTree } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { CpioError } from '../src/error.ts'
import { encodeHeader } from '../src/header.ts'
import { planCpio } from '../src/plan-cpio.ts'
import { readCpio } from '../src/read-cpio.ts'

const blank = {
  ino: 0,
  links: 1,
  user: 0,
  group: 0,
  modified: 0,
  fileSize: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  nodeMajor: 0,
  nodeMinor: 0,
  checksum: 0,
}
const FILE = 0o100644
const trailer = encodeHeader({ ...blank, mode: 0 }, 'TRAILER!!!')
const archiveOf = (...parts: (Uint8Array | string)[]) => concat([...parts, trailer].map(fromMemory))
const small = planCpio(
  new Map([
    ['dir/file', { kind: 'file', content: fromMemory('content') }],
    ['link', { kind: 'link', target: 'dir/file' }],
  ]),
)

test('what goes in comes out again', async t => {
  const name = fc
    .string({ minLength: 1, maxLength: 12, unit: 'binary' })
    .map(text => `n${text.replaceAll(/[\0/]/g, '').toWellFormed()}`)
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.record({
      kind: fc.constant('file' as const),
      content: fc.uint8Array({ maxLength: 40 }).map(fromMemory),
      mode: fc.nat(0o7777),
    }),
    fc.record({ kind: fc.constant('folder' as const), mode: fc.nat(0o7777) }),
    fc.record({ kind: fc.constant('link' as const), target: fc.constantFrom('a', '../b', '/ü') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, entry), { maxLength: 12 }), async pairs => {
      const tree = new Map<string, Entry>()
      for (const [path, entry] of pairs) {
        const above = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))
        const isBelowNoFolder = above.some(parent => (tree.get(parent) ?? entry).kind !== 'folder' && tree.has(parent))
        const isAbove = [...tree.keys()].some(other => other.startsWith(`${path}/`))
        if (!isBelowNoFolder && !(isAbove && entry.kind !== 'folder')) tree.set(path, entry)
      }
      const back = await readCpio(planCpio(tree))
      const flat = async (sorted: ReturnType<typeof sortTree>) =>
        await Promise.all(
          sorted.map(async ({ path, entry }) => [
            path,
            entry.kind === 'file'
              ? [entry.mode, await read(entry.content)]
              : entry.kind === 'link'
                ? entry.target
                : (entry.mode ?? 0o755),
          ]),
        )
      t.deepEqual(await flat(sortTree(back.tree)), await flat(sortTree(tree)))
    }),
  )
})

test('devices come out again', async t => {
  const devices = [{ path: 'dev/sda', kind: 'block', mode: 0o660, major: 8, minor: 0 } as const]
  const archive = await readCpio(planCpio(new Map(), { devices }))
  t.deepEqual(archive.devices, devices)
  t.deepEqual([...archive.tree.keys()], ['dev'])
})

test('what follows the archive is left to the caller', async t => {
  const { end } = await readCpio(concat([small, small]))
  t.is(end, Buffer.from(await read(small)).indexOf('TRAILER!!!') + 'TRAILER!!!\0\0\0\0'.length)
  t.is((await readCpio(slice(concat([small, small]), small.size))).tree.size, 3)
})

test('hard links share the content that stands with the last one', async t => {
  const header = { ...blank, mode: FILE, ino: 7, links: 2 }
  const { tree } = await readCpio(
    archiveOf(encodeHeader(header, 'one'), encodeHeader({ ...header, fileSize: 4 }, 'two'), 'data'),
  )
  for (const path of ['one', 'two']) {
    const entry = tree.get(path)
    t.is(entry?.kind === 'file' && (await readText(entry.content)), 'data')
  }
})

test('a leading ./ or / is dropped, the later of two entries wins', async t => {
  const header = { ...blank, mode: FILE, fileSize: 4 }
  const folder = encodeHeader({ ...blank, mode: 0o040755 }, '.')
  const { tree } = await readCpio(
    archiveOf(folder, encodeHeader(header, './a'), 'old.', encodeHeader(header, '/a'), 'new.'),
  )
  const entry = tree.get('a')
  t.is(tree.size, 1)
  t.is(entry?.kind === 'file' && (await readText(entry.content)), 'new.')
})

test('hostile: faults are named and placed', async t => {
  const errorOf = async (...parts: (Uint8Array | string)[]): Promise<CpioError> =>
    await t.throwsAsync(readCpio(archiveOf(...parts)), { instanceOf: CpioError })
  const header = (name: string, change: object = {}) => encodeHeader({ ...blank, mode: FILE, ...change }, name)
  t.like(await errorOf('\x1f\x8b'.repeat(80)), { code: 'CPIO_MAGIC', offset: 0 })
  t.like(await errorOf(header('../etc/passwd')), { code: 'CPIO_NAME', path: '../etc/passwd' })
  t.is((await errorOf(header('a/../../b'))).code, 'CPIO_NAME')
  t.like(await errorOf(header('big', { fileSize: 0xffffffff })), { code: 'CPIO_TRUNCATED', path: 'big' })
  t.is((await errorOf(header('pipe', { mode: 0o010644 }))).code, 'CPIO_KIND')
  t.is((await errorOf(header('l', { mode: 0o120777 }))).code, 'CPIO_FIELD')
  t.is((await errorOf(header('f'), header('f/g'))).code, 'CPIO_NAME')
  t.is((await errorOf(header('a\0b'))).code, 'CPIO_NAME')
  const digits = Buffer.from(header('a'))
  digits.write('-0000001', 6 + 6 * 8)
  t.like(await errorOf(digits), { code: 'CPIO_FIELD', offset: 54 })
  const name = Buffer.from(header('a'))
  name.write('FFFFFFFF', 6 + 11 * 8)
  t.is((await errorOf(name)).code, 'CPIO_NAME')
})

test('hostile: cut anywhere, an archive is refused', async t => {
  const { end } = await readCpio(small)
  for (let size = 0; size < end - 4; size += 1)
    t.is((await t.throwsAsync(readCpio(slice(small, 0, size)), { instanceOf: CpioError })).code, 'CPIO_TRUNCATED')
})

test('hostile: whatever bits are turned, the answer is an archive or a CpioError', async t => {
  const whole = await read(small)
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(flips, async changes => {
      const bytes = Uint8Array.from(whole)
      for (const [at, mask] of changes) bytes[at]! ^= mask
      const outcome = await readCpio(fromMemory(bytes)).catch(error => error)
      t.true(outcome instanceof CpioError || outcome.tree instanceof Map)
    }),
    { numRuns: 500 },
  )
})
