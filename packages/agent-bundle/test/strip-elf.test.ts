import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, fromMemory, read, slice, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { stripElf } from '../src/strip-elf.ts'

/** A program of one segment of 200 bytes, with 100 bytes of symbols and a section table behind it. */
function program(): Uint8Array {
  const data = new Uint8Array(300).fill(0xee, 200)
  const view = new DataView(data.buffer)
  data.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  view.setBigUint64(0x20, 64n, true)
  view.setBigUint64(0x28, 236n, true)
  view.setUint16(0x36, 56, true)
  view.setUint16(0x38, 1, true)
  view.setUint16(0x3a, 64, true)
  view.setUint16(0x3c, 1, true)
  view.setUint16(0x3e, 1, true)
  view.setBigUint64(64 + 0x08, 0n, true)
  view.setBigUint64(64 + 0x20, 200n, true)
  return data
}

test('data after the last segment and the section table are removed', async t => {
  const expected = program().slice(0, 200)
  expected.fill(0, 0x28, 0x30)
  expected.fill(0, 0x3c, 0x40)
  t.deepEqual(await read(await stripElf(fromMemory(program()))), expected)
})
test('program headers after the last segment are preserved', async t => {
  const data = program()
  new DataView(data.buffer).setBigUint64(64 + 0x20, 70n, true)
  t.is((await stripElf(fromMemory(data))).size, 64 + 56)
})
test('a file that is not a complete ELF program is refused', async t => {
  const broken = (change: (data: Uint8Array, view: DataView) => void): Uint8Array => {
    const data = program()
    change(data, new DataView(data.buffer))
    return data
  }
  const cases = {
    'not ELF': broken(data => data.fill(0x4d, 0, 4)),
    '32-bit': broken(data => data.fill(1, 4, 5)),
    'big-endian': broken(data => data.fill(2, 5, 6)),
    'no program headers': broken((_, view) => view.setUint16(0x38, 0)),
    'small program headers': broken((_, view) => view.setUint16(0x36, 8, true)),
    'headers outside': broken((_, view) => view.setBigUint64(0x20, 290n, true)),
    'headers far outside': broken((_, view) => view.setBigUint64(0x20, 2n ** 63n, true)),
    'segment outside': broken((_, view) => view.setBigUint64(64 + 0x20, 301n, true)),
    'too short': new Uint8Array(10),
  }
  for (const [name, data] of Object.entries(cases))
    await t.throwsAsync(stripElf(fromMemory(data)), { code: 'ELF_INVALID' }, name)
})
needs(test, 'readelf')('a stripped system program runs with the same segments', async t => {
  const folder = scratch()
  const stripped = join(folder, 'sh')
  const original = await fromFile('/bin/sh')
  await writeFile(stripped, await stripElf(original))
  chmodSync(stripped, 0o755)
  t.is(execFileSync(stripped, ['-c', 'echo $((6 * 7))'], { encoding: 'utf8' }), '42\n')
  const segments = (file: string): string[] =>
    execFileSync('readelf', ['-lW', file], { encoding: 'utf8' }).match(/^ {2}[A-Z_]+ +0x.*$/gm)!
  t.deepEqual(segments(stripped), segments('/bin/sh'))
  const cutOff = join(folder, 'cut')
  writeFileSync(cutOff, await read(slice(original, 0, 1000)))
  await t.throwsAsync(async () => stripElf(await fromFile(cutOff)), { code: 'ELF_INVALID' })
})
