import { read } from '@bootwright/bytes'
import test from 'ava'
import { DiskError } from '../src/error.ts'
import { guidFrom } from '../src/guid.ts'
import { BASIC_DATA_PARTITION } from '../src/partition-types.ts'
import { gptSectors, planGpt } from '../src/plan-gpt.ts'
import { GOLDEN_BACKUP_HEADER, GOLDEN_FIRST_ENTRY, GOLDEN_PLAN, GOLDEN_PRIMARY_HEADER } from './golden.ts'

const partition = (firstSector: number, lastSector: number, name = 'data') => ({
  type: BASIC_DATA_PARTITION,
  name,
  firstSector,
  lastSector,
})

test('both copies are the golden bytes', async t => {
  const gpt = planGpt(GOLDEN_PLAN)
  const primary = Buffer.from(await read(gpt.primary))
  const backup = Buffer.from(await read(gpt.backup))
  t.is(primary.length, 33 * 512)
  t.is(primary.toString('hex', 0, 92), GOLDEN_PRIMARY_HEADER)
  t.is(primary.toString('hex', 512, 640), GOLDEN_FIRST_ENTRY)
  t.is(gpt.backupFirstSector, 2048 - 33)
  t.is(backup.toString('hex', 32 * 512, 32 * 512 + 92), GOLDEN_BACKUP_HEADER)
  t.is(backup.toString('hex', 0, 128), GOLDEN_FIRST_ENTRY)
})

test('ids come from the id of the disk and the index', t => {
  const { partitions } = planGpt({ ...GOLDEN_PLAN, partitions: [partition(40, 49), partition(50, 59)] })
  t.is(partitions[1]!.id, guidFrom(`${GOLDEN_PLAN.diskId}1`))
  t.not(partitions[0]!.id, partitions[1]!.id)
})

test('a small table still reserves 16 KiB, a large one more', t => {
  t.is(gptSectors(4), 33)
  t.is(gptSectors(), 33)
  t.is(gptSectors(256), 65)
  t.is(planGpt({ ...GOLDEN_PLAN, partitions: [], entries: 4 }).firstUsableSector, 34)
})

test('partitions that overlap, leave the disk or end before they begin are refused', t => {
  const codeOf = (...partitions: ReturnType<typeof partition>[]): unknown =>
    t.throws(() => planGpt({ ...GOLDEN_PLAN, partitions }), { instanceOf: DiskError }).code
  t.is(codeOf(partition(100, 200, 'b'), partition(40, 100, 'a')), 'DISK_OVERLAP')
  t.is(codeOf(partition(40, 200), partition(50, 60)), 'DISK_OVERLAP')
  t.is(codeOf(partition(33, 40)), 'DISK_OUTSIDE')
  t.is(codeOf(partition(40, 2015)), 'DISK_OUTSIDE')
  t.is(codeOf(partition(50, 49)), 'DISK_OUTSIDE')
  t.is(codeOf(partition(40.5, 49)), 'DISK_OUTSIDE')
  t.is(codeOf(partition(40, 49, 'x'.repeat(37))), 'DISK_NAME')
})

test('a table that does not fit is refused', t => {
  const codeOf = (change: object): unknown =>
    t.throws(() => planGpt({ ...GOLDEN_PLAN, partitions: [], ...change }), { instanceOf: DiskError }).code
  t.is(codeOf({ sectors: 67 }), 'DISK_OUTSIDE')
  t.is(codeOf({ entries: 1025 }), 'DISK_TOO_MANY')
  t.is(codeOf({ entries: 1, partitions: [partition(40, 49), partition(50, 59)] }), 'DISK_TOO_MANY')
  t.is(codeOf({ diskId: 'disk' }), 'DISK_GUID')
  t.notThrows(() => planGpt({ ...GOLDEN_PLAN, partitions: [], sectors: 68 }))
})
