import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import {
  type BytesError,
  computed,
  concat,
  digest,
  fromFile,
  fromMemory,
  slice,
  writeFile,
  writeStream,
  zeros,
} from '../src/index.ts'

const hex = (data: Uint8Array | string, name = 'sha256'): string => createHash(name).update(data).digest('hex')
const pattern = (size: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 255))

test('a file is written with its digests, larger than the blocks in flight', async t => {
  const folder = scratch()
  const source = pattern(11_000_003)
  writeFileSync(join(folder, 'source'), source)
  const file = await fromFile(join(folder, 'source'))
  const bytes = concat([fromMemory('head'), slice(file, 5), zeros(2_000_000), slice(file, 0, 5)])
  const expected = Buffer.concat([
    Buffer.from('head'),
    source.subarray(5),
    Buffer.alloc(2_000_000),
    source.subarray(0, 5),
  ])
  const reported: number[] = []
  const written = await writeFile(join(folder, 'out'), bytes, {
    hashes: ['sha256', 'sha1'],
    onProgress: done => reported.push(done),
  })
  t.deepEqual(written, { size: expected.length, digests: { sha256: hex(expected), sha1: hex(expected, 'sha1') } })
  t.true(expected.equals(readFileSync(join(folder, 'out'))))
  t.is(reported.at(-1), expected.length)
  t.deepEqual(readdirSync(folder).sort(), ['out', 'source'])
  t.is(await digest(bytes), hex(expected))
})

test('zeros take no space', async t => {
  const path = join(scratch(), 'sparse')
  await writeFile(path, concat([fromMemory('x'), zeros(64 << 20), fromMemory('y')]), { hashes: ['sha256'] })
  t.is(statSync(path).size, (64 << 20) + 2)
  t.true(statSync(path).blocks * 512 < 4 << 20)
})

test('a stream gets the same bytes and is left open', async t => {
  const stream = new PassThrough()
  const received: Buffer[] = []
  stream.on('data', chunk => received.push(Buffer.from(chunk)))
  const data = pattern(3_000_000)
  const { digests } = await writeStream(stream, fromMemory(data), { hashes: ['sha256'] })
  t.true(data.equals(Buffer.concat(received)))
  t.is(digests.sha256, hex(data))
  t.false(stream.writableEnded)
})

test('an existing file is left as it is, unless replacing it is asked for', async t => {
  const path = join(scratch(), 'out')
  writeFileSync(path, 'old')
  await t.throwsAsync(writeFile(path, fromMemory('new')), { code: 'OUTPUT_EXISTS' })
  t.is(readFileSync(path, 'utf8'), 'old')
  await writeFile(path, fromMemory('new'), { overwrite: true })
  t.is(readFileSync(path, 'utf8'), 'new')
})

test('an output that is a folder is refused', async t => {
  await t.throwsAsync(writeFile(scratch(), fromMemory('x'), { overwrite: true }), { code: 'OUTPUT_IS_FOLDER' })
})
test('a missing folder is named', async t => {
  await t.throwsAsync(writeFile(join(scratch(), 'no/out'), fromMemory('x')), {
    code: 'OUTPUT_FOLDER_MISSING',
    message: /create it/,
  })
})
test('more than the volume has free is refused before writing, with both numbers', async t => {
  const folder = scratch()
  const bytes = computed({ id: 'huge', size: 2 ** 52, produce: async () => new Uint8Array(0) })
  await t.throwsAsync(writeFile(join(folder, 'out'), bytes), {
    code: 'OUTPUT_FULL',
    message: /needs 4503599627370496 bytes .* free/,
  })
  t.deepEqual(readdirSync(folder), [])
})

test('cancelling leaves the old file and no debris', async t => {
  const folder = scratch()
  const path = join(folder, 'out')
  writeFileSync(path, 'old')
  const abort = new AbortController()
  const bytes = concat(Array.from({ length: 40 }, () => fromMemory(pattern(1 << 20))))
  const onProgress = (done: number): void => {
    if (done > 5 << 20) abort.abort(new Error('enough'))
  }
  await t.throwsAsync(writeFile(path, bytes, { overwrite: true, signal: abort.signal, onProgress }), {
    message: 'enough',
  })
  t.is(readFileSync(path, 'utf8'), 'old')
  t.deepEqual(readdirSync(folder), ['out'])
})

test('a source that changes after planning fails the build, naming it, and nothing is written', async t => {
  const folder = scratch()
  const source = join(folder, 'source')
  writeFileSync(source, 'one')
  const bytes = await fromFile(source)
  writeFileSync(source, 'three')
  const error = await t.throwsAsync(writeFile(join(folder, 'out'), bytes), {
    code: 'SOURCE_CHANGED',
    message: /had 3 bytes and has 5/,
  })
  t.is((error as unknown as BytesError).path, source)
  t.deepEqual(readdirSync(folder), ['source'])
})
test('a source that changes while it is read is found out too', async t => {
  const folder = scratch()
  const source = join(folder, 'source')
  writeFileSync(source, 'one')
  const touch = computed({
    id: 'touch',
    size: 1,
    async produce() {
      writeFileSync(source, 'two')
      return new Uint8Array(1)
    },
  })
  const bytes = concat([await fromFile(source), touch])
  await t.throwsAsync(writeFile(join(folder, 'out'), bytes), { code: 'SOURCE_CHANGED' })
  t.false(existsSync(join(folder, 'out')))
})
test('a source that vanished is named', async t => {
  const folder = scratch()
  const source = join(folder, 'source')
  writeFileSync(source, 'one')
  const bytes = await fromFile(source)
  rmSync(source)
  await t.throwsAsync(writeFile(join(folder, 'out'), bytes), { code: 'SOURCE_UNREADABLE', message: /source: ENOENT/ })
})

test('what a killed process left behind is removed by the next write, what a living one writes is not', async t => {
  const folder = scratch()
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  writeFileSync(join(folder, `.out.${hostname()}.${dead}.1.partial`), 'debris')
  writeFileSync(join(folder, `.out.${hostname()}.${process.ppid}.1.partial`), 'in use')
  writeFileSync(join(folder, '.other.partial'), 'not ours')
  await writeFile(join(folder, 'out'), fromMemory('x'))
  t.deepEqual(
    readdirSync(folder).sort(),
    [`.other.partial`, `.out.${hostname()}.${process.ppid}.1.partial`, 'out'].sort(),
  )
})

test('the permission bits asked for are set', async t => {
  const path = join(scratch(), 'secret')
  await writeFile(path, fromMemory('x'), { mode: 0o600 })
  t.is(statSync(path).mode & 0o777, 0o600)
})

test('writes to one path at once in one process do not meet', async t => {
  const folder = scratch()
  const path = join(folder, 'out')
  const contents = ['a', 'b', 'c'].map(letter => letter.repeat(1000))
  await Promise.all(contents.map(content => writeFile(path, fromMemory(content), { overwrite: true })))
  t.true(contents.includes(readFileSync(path, 'utf8')))
  t.deepEqual(readdirSync(folder), ['out'])
})

test('a device, a pipe or a socket is never replaced', async t => {
  const path = join(scratch(), 'pipe')
  spawnSync('mkfifo', [path])
  for (const special of [path, '/dev/null'])
    await t.throwsAsync(writeFile(special, fromMemory('x'), { overwrite: true }), { code: 'OUTPUT_IS_SPECIAL' })
  t.true(statSync('/dev/null').isCharacterDevice())
})

test('bytes whose segments are not as long as their size says are refused, and nothing is written', async t => {
  const folder = scratch()
  for (const size of [1, 3]) {
    const lying = { size, segments: () => fromMemory('ab').segments() }
    await t.throwsAsync(writeFile(join(folder, 'out'), lying), { code: 'SEGMENTS_LENGTH' })
  }
  t.deepEqual(readdirSync(folder), [])
})
