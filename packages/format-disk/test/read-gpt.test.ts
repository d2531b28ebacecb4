import { crc32 } from 'node:zlib'
import { fromMemory, padTo, read, slice } from '@bootwright/bytes'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { DiskError } from '../src/error.ts'
import { guidFrom } from '../src/guid.ts'
import { BASIC_DATA_PARTITION } from '../src/partition-types.ts'
import { planGptDisk } from '../src/plan-disk.ts'
import { readGpt } from '../src/read-gpt.ts'
import { GOLDEN_PLAN } from './golden.ts'

const golden = async (): Promise<Buffer> => Buffer.from(await read(planGptDisk({ ...GOLDEN_PLAN, contents: [] })))
const BACKUP = 2047 * 512

/** Changes both headers and makes their checksums right again: the fault is found by validation, not by the checksum. */
const forge = (disk: Buffer, change: (header: Buffer) => void): Buffer => {
  for (const offset of [512, BACKUP]) {
    const header = disk.subarray(offset, offset + 92)
    change(header)
    header.fill(0, 16, 20)
    header.writeUInt32LE(crc32(header), 16)
  }
  return disk
}

const errorOf = async (t: ExecutionContext, disk: Buffer): Promise<DiskError> =>
  await t.throwsAsync(readGpt(fromMemory(disk)), { instanceOf: DiskError })

test('the golden disk is read', async t => {
  const gpt = await readGpt(fromMemory(await golden()))
  t.like(gpt, {
    diskId: GOLDEN_PLAN.diskId,
    sectors: 2048,
    firstUsableSector: 34,
    lastUsableSector: 2014,
    copy: 'primary',
  })
  t.deepEqual(gpt.problems, [])
  t.deepEqual(
    gpt.partitions,
    GOLDEN_PLAN.partitions.map((each, index) => ({ attributes: 0n, id: '', ...each, index })),
  )
})

test('a damaged primary copy is replaced by the backup and reported', async t => {
  const disk = await golden()
  disk[512 + 60]! ^= 1
  const gpt = await readGpt(fromMemory(disk))
  t.is(gpt.copy, 'backup')
  t.is(gpt.partitions.length, 2)
  t.like(gpt.problems, { length: 1, 0: { code: 'DISK_CHECKSUM', structure: 'primary GPT header', offset: 512 + 16 } })
})

test('a damaged, missing or different backup is reported', async t => {
  const damaged = await golden()
  damaged[BACKUP]! ^= 1
  t.like((await readGpt(fromMemory(damaged))).problems, { length: 1, 0: { code: 'DISK_SIGNATURE', offset: BACKUP } })

  const cut = slice(fromMemory(await golden()), 0, 2000 * 512)
  t.like((await readGpt(cut)).problems, { length: 1, 0: { code: 'DISK_TRUNCATED' } })

  const other = planGptDisk({ ...GOLDEN_PLAN, partitions: [], contents: [] })
  const mixed = Buffer.concat([(await golden()).subarray(0, 1 << 19), (await read(other)).subarray(1 << 19)])
  t.like((await readGpt(fromMemory(mixed))).problems, { length: 1, 0: { structure: 'backup GPT header' } })
})

test('a table on a larger disk is read', async t => {
  const gpt = await readGpt(padTo(fromMemory(await golden()), 1 << 21))
  t.is(gpt.sectors, 2048)
  t.deepEqual(gpt.problems, [])
})

test('both copies damaged: the error of the primary one', async t => {
  const disk = await golden()
  disk[1024]! ^= 1
  disk[BACKUP - 32 * 512]! ^= 1
  t.like(await errorOf(t, disk), { code: 'DISK_CHECKSUM', structure: 'GPT entry array', offset: 1024 })
})

test('hostile: a table of 2^32 entries costs no memory', async t => {
  t.is(
    (
      await errorOf(
        t,
        forge(await golden(), header => header.writeUInt32LE(0xffffffff, 80)),
      )
    ).code,
    'DISK_TOO_MANY',
  )
})

test('hostile: an entry size that is no power of two, too small or too large', async t => {
  for (const size of [0, 64, 192, 8192, 0x80000000])
    t.is(
      (
        await errorOf(
          t,
          forge(await golden(), header => header.writeUInt32LE(size, 84)),
        )
      ).code,
      'DISK_FIELD',
    )
})

test('hostile: sectors beyond the disk or beyond any disk', async t => {
  const array = forge(await golden(), header => header.writeBigUInt64LE(1n << 40n, 72))
  t.is((await errorOf(t, array)).code, 'DISK_OUTSIDE')
  for (const at of [24, 32, 40, 48, 72])
    t.is(
      (
        await errorOf(
          t,
          forge(await golden(), header => header.writeBigUInt64LE(1n << 63n, at)),
        )
      ).code,
      'DISK_FIELD',
    )
})

test('hostile: partitions that overlap although every checksum is right', async t => {
  const disk = await golden()
  for (const offset of [1024, BACKUP - 32 * 512]) disk.writeBigUInt64LE(120n, offset + 40)
  const checksum = crc32(disk.subarray(1024, 1024 + 128 * 128))
  t.is(
    (
      await errorOf(
        t,
        forge(disk, header => header.writeUInt32LE(checksum, 88)),
      )
    ).code,
    'DISK_OVERLAP',
  )
})

test('hostile: whatever bits are turned, the answer is a table or a DiskError', async t => {
  const whole = await golden()
  const flips = fc.array(fc.tuple(fc.integer({ min: 512, max: 1024 + 256 }), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(flips, fc.boolean(), async (changes, isForged) => {
      const disk = Buffer.from(whole)
      for (const [at, mask] of changes) disk[at]! ^= mask
      if (isForged) forge(disk, () => {})
      const outcome = await readGpt(fromMemory(disk)).catch(error => error)
      t.true(outcome instanceof DiskError || Array.isArray(outcome.partitions))
    }),
  )
})

test('what goes in comes out again', async t => {
  const gaps = fc.array(
    fc.tuple(fc.nat(100), fc.nat(1000), fc.string({ maxLength: 36, unit: 'binary' }), fc.bigInt(0n, 2n ** 64n - 1n)),
    { maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(gaps, fc.string(), fc.constantFrom(20, 128, 200), async (pieces, seed, entries) => {
      let next = 60
      const partitions = pieces.map(([gap, length, text, attributes]) => {
        const firstSector = next + gap
        next = firstSector + length + 1
        const name = text.replaceAll('\0', '').slice(0, 36)
        return { type: BASIC_DATA_PARTITION, name, firstSector, lastSector: firstSector + length, attributes }
      })
      const disk = planGptDisk({ diskId: guidFrom(seed), sectors: 40000, partitions, entries, contents: [] })
      const gpt = await readGpt(disk)
      t.deepEqual(
        gpt.partitions,
        partitions.map((each, index) => ({ ...each, id: guidFrom(`${guidFrom(seed)}${index}`), index })),
      )
      t.deepEqual(gpt.problems, [])
    }),
    { numRuns: 50 },
  )
})
