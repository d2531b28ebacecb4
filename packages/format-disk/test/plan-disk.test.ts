import { fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import { DiskError } from '../src/error.ts'
import { decodeMbr } from '../src/mbr.ts'
import { planGptDisk } from '../src/plan-disk.ts'
import { GOLDEN_PLAN } from './golden.ts'

test('contents stand in their partitions, the MBR protects the whole', async t => {
  const disk = planGptDisk({
    ...GOLDEN_PLAN,
    contents: [undefined, fromMemory('second')],
    mbr: { code: Uint8Array.of(0xf4) },
  })
  t.is(disk.size, 2048 * 512)
  t.is(Buffer.from(await read(disk, 100 * 512, 8)).toString('latin1'), 'second\0\0')
  const mbr = decodeMbr(await read(disk, 0, 512))
  t.is(mbr.code[0], 0xf4)
  t.like(mbr.partitions, { length: 1, 0: { type: 0xee, firstSector: 1, sectors: 2047 } })
})

test('a content that is larger than its partition is refused', t => {
  const contents = [fromMemory(new Uint8Array(60 * 512 + 1))]
  t.is(t.throws(() => planGptDisk({ ...GOLDEN_PLAN, contents }), { instanceOf: DiskError }).code, 'DISK_OUTSIDE')
})
