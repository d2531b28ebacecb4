import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { type Bytes, concat, fromMemory, isIncomplete, slice, updateFile, zeros } from '../src/index.ts'

const MIB = 1 << 20
const content = randomBytes(5 * MIB + 700)
function place(data: Uint8Array): string {
  const path = join(scratch(), 'image')
  writeFileSync(path, data)
  return path
}
const changedAt = (...offsets: readonly number[]): Buffer => {
  const data = Buffer.from(content)
  for (const offset of offsets) data[offset]! ^= 1
  return data
}
/** Ends the update at byte `at` of what it reads. */
const endingAt = (bytes: Bytes, at: number, end: () => void): Bytes => ({
  size: bytes.size,
  *segments(from, to) {
    if ((from ?? 0) <= at && (to ?? bytes.size) > at) end()
    yield* bytes.segments(from, to)
  },
})

test('only pages that differ are written', async t => {
  for (const [offsets, pages] of [
    [[], 0],
    [[100_000], 1],
    [[100_000, 100_001, 3 * MIB], 2],
    [[0], 1],
    [[content.length - 1], 1],
  ] as const) {
    const path = place(content)
    const wanted = changedAt(...offsets)
    const { written } = await updateFile(path, fromMemory(wanted))
    t.true(readFileSync(path).equals(wanted))
    t.is(Math.ceil(written / 4096), pages)
  }
})
test('a file becomes longer or shorter', async t => {
  for (const size of [0, 100, 4 * MIB, 7 * MIB]) {
    const path = place(randomBytes(size))
    await updateFile(path, fromMemory(content))
    t.true(readFileSync(path).equals(content))
  }
})
test('what is the same is neither read nor written, and what is new is not compared', async t => {
  const path = place(changedAt(2 * MIB))
  await updateFile(path, fromMemory(changedAt(4 * MIB)), { same: [{ offset: 2 * MIB, size: MIB }] })
  t.true(readFileSync(path).equals(changedAt(2 * MIB, 4 * MIB)))
  const { written } = await updateFile(path, fromMemory(content), { isNew: true })
  t.true(written >= content.length - (1 << 16))
  t.true(readFileSync(path).equals(content))
})
test('interrupted, it says that it is incomplete, and the next update ends it', async t => {
  const wanted = changedAt(70_000, 3 * MIB)
  for (const at of [4.5 * MIB, 100]) {
    const path = place(content)
    const stop = new AbortController()
    const bytes = endingAt(fromMemory(wanted), at, () => stop.abort(new Error('pulled out')))
    await t.throwsAsync(updateFile(path, bytes, { signal: stop.signal }), { message: 'pulled out' }).catch(() => {})
    if (await isIncomplete(path)) {
      t.regex(readFileSync(path).toString('latin1', 0, 512), /BOOTWRIGHT: this medium was being written/)
      t.true(
        readFileSync(path)
          .subarray(512, 65_536)
          .every(byte => byte === 0),
      )
    }
    await updateFile(path, fromMemory(wanted))
    t.false(await isIncomplete(path))
    t.true(readFileSync(path).equals(wanted))
  }
})
test('a failure before the first difference leaves everything as it was', async t => {
  const path = place(content)
  const broken: Bytes = { size: content.length, segments: () => [{ kind: 'zero', length: 0 }].slice(1) as never }
  await t.throwsAsync(
    updateFile(path, concat([slice(fromMemory(content), 0, 2 * MIB), { ...broken, size: content.length - 2 * MIB }])),
  )
  t.false(await isIncomplete(path))
  t.true(readFileSync(path).equals(content))
})
test('what is not there, or no file, is refused by name', async t => {
  t.like(await t.throwsAsync(updateFile(join(scratch(), 'gone'), zeros(10))), { code: 'OUTPUT_FOLDER_MISSING' })
  t.like(await t.throwsAsync(updateFile(scratch(), zeros(10))), { code: 'OUTPUT_UNWRITABLE' })
})
