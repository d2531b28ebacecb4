import test from 'ava'
import { attributesOf, skippedBytes } from '../src/read/read-rock-ridge.ts'
import { openContinuationArea } from '../src/structures/continuation.ts'
import { encodeCe, encodeEr, encodeNm, encodePx, encodeSl, encodeSp, encodeTf } from '../src/structures/susp.ts'
import { golden } from './hex.ts'

test('SP, CE, PX and TF, byte for byte', t => {
  t.deepEqual(encodeSp(), golden('"SP" 07 01 be ef 00'))
  t.deepEqual(
    encodeCe(1, 2, 3),
    golden('"CE" 1c 01 01 00 00 00 00 00 00 01 02 00 00 00 00 00 00 02 03 00 00 00 00 00 00 03'),
  )
  t.deepEqual(encodePx(0o100644, 1), golden('"PX" 24 01 a4 81 00 00 00 00 81 a4 01 00 00 00 00 00 00 01 00*16'))
  t.deepEqual(
    encodeTf(golden('7c 05 06 07 08 09 00')),
    golden('"TF" 1a 01 0e 7c 05 06 07 08 09 00 7c 05 06 07 08 09 00 7c 05 06 07 08 09 00'),
  )
})

test('ER names the Rock Ridge of 1991 with the lengths of its texts', t => {
  const er = encodeEr()
  t.deepEqual(er.subarray(0, 18), golden('"ER" ed 01 0a 54 87 01 "RRIP_1991A"'))
  t.is(er.length, 8 + 10 + 84 + 135)
})

test('NM takes a second field for a name of more than 250 bytes', t => {
  t.deepEqual(encodeNm(Buffer.from('name')), [golden('"NM" 09 01 00 "name"')])
  const [first, second, ...more] = encodeNm(Buffer.alloc(255, 'n'))
  t.deepEqual([first!.subarray(0, 5), second, more], [golden('"NM" ff 01 01'), golden('"NM" 0a 01 00 "nnnnn"'), []])
})

test('SL has a component for each part of the target', t => {
  t.deepEqual(encodeSl('/a/.././bc'), [golden('"SL" 12 01 00 08 00 00 01 "a" 04 00 02 00 00 02 "bc"')])
  t.deepEqual(encodeSl('/'), [golden('"SL" 07 01 00 08 00')])
  const [first, second] = encodeSl('x'.repeat(300))
  t.deepEqual(first!.subarray(0, 8), golden('"SL" ff 01 01 01 f8 "x"'))
  t.deepEqual(second!.subarray(0, 7), golden('"SL" 3b 01 00 00 34'))
})

for (const target of [
  '/',
  '',
  'a',
  '/a',
  'a/',
  '//a',
  'a//b',
  '../..',
  './.',
  '/usr/lib',
  `${'x'.repeat(248)}/y`,
  `${'x'.repeat(249)}/y`,
  'x'.repeat(1000),
  'ab/'.repeat(300),
])
  test(`a target of ${target.length} characters comes back: ${target.slice(0, 12)}`, t => {
    const fields = encodeSl(target).map(field => ({ signature: 'SL', data: field.subarray(4), offset: 0 }))
    t.is(attributesOf(fields).target, target)
  })

test('SUSP is found at the start of the root, or behind the 14 bytes of CD-ROM XA', t => {
  t.is(skippedBytes(encodeSp()), 0)
  t.is(skippedBytes(Buffer.concat([Buffer.alloc(14), golden('"SP" 07 01 be ef 0e')])), 14)
  t.is(skippedBytes(golden('"SP" 07 01 be ee 00')), undefined)
})

test('no continuation crosses a block, and a long one chains blocks', t => {
  const area = openContinuationArea(100)
  const field = Buffer.concat([golden('"XX" ff 01'), Buffer.alloc(251)])
  t.deepEqual(area.place([field.subarray(0, 20)], 20), field.subarray(0, 20))
  t.deepEqual(area.place(Array(7).fill(field), 100), encodeCe(100, 0, 7 * 255))
  t.deepEqual(area.place(Array(2).fill(field), 100), encodeCe(101, 0, 2 * 255))
  t.deepEqual(area.place(Array(10).fill(field), 100), encodeCe(102, 0, 7 * 255 + 28))
  t.deepEqual(area.encode().subarray(2 * 2048 + 7 * 255, 2 * 2048 + 7 * 255 + 28), encodeCe(103, 0, 3 * 255))
  t.is(area.blocks, 4)
})
