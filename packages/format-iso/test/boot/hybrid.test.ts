import { fromMemory, zeros } from '@bootwright/bytes'
import { decodeMbr, readGpt } from '@bootwright/format-disk'
import test from 'ava'
import { IsoError, planIso, readIso } from '../../src/index.ts'
import type { IsoOptions } from '../../src/options.ts'
import { file, imageOf, OPTIONS } from '../volume.ts'

const tree = new Map([
  ['bios', file('b'.repeat(3000))],
  ['efi.img', { kind: 'file' as const, content: zeros(70_000) }],
])
const boot = [
  { platform: 'bios', path: 'bios' },
  { platform: 'uefi', path: 'efi.img' },
] as const
const mbrCode = Buffer.alloc(432, 0xcc)

test('the boot code is followed by the address of the boot file in sectors of 512 bytes', async t => {
  const image = await imageOf(tree, { boot, hybrid: { seed: 's', mbrCode } })
  const { extents } = await readIso(fromMemory(image))
  t.deepEqual(image.subarray(0, 432), mbrCode)
  t.is(Number(image.readBigUInt64LE(432)) * 512, extents.get('bios')![0]!.offset)
})

test('the protective partition is inactive, and an empty one is active for BIOSes that want one', async t => {
  const image = await imageOf(tree, { boot, hybrid: { seed: 's', mbrCode } })
  const { partitions, diskSignature } = decodeMbr(image.subarray(0, 512))
  t.deepEqual(partitions, [
    { slot: 0, type: 0xee, isActive: false, firstSector: 1, sectors: image.length / 512 - 1 },
    { slot: 1, type: 0x00, isActive: true, firstSector: 0, sectors: 1 },
  ])
  t.not(diskSignature, 0)
})

test('the system partition is the FAT image in the volume, with the rest of the volume around it', async t => {
  const image = await imageOf(tree, { boot, hybrid: { seed: 's' } })
  const [extent] = (await readIso(fromMemory(image))).extents.get('efi.img')!
  const { partitions } = await readGpt(fromMemory(image))
  const first = extent!.offset / 512
  t.deepEqual(
    partitions.map(({ name, firstSector, lastSector }) => [name, firstSector, lastSector]),
    [
      ['Gap0', 64, first - 1],
      ['EFI system', first, first + 136],
      ['Gap1', first + 137, image.length / 512 - 37],
    ],
  )
})

test('another seed makes another disk, the same seed the same', async t => {
  const [a, b, c] = await Promise.all(['a', 'a', 'b'].map(seed => imageOf(tree, { boot, hybrid: { seed } })))
  t.deepEqual(a, b)
  t.notDeepEqual(a!.subarray(440, 444), c!.subarray(440, 444))
  t.notDeepEqual(a!.subarray(512 + 56, 512 + 72), c!.subarray(512 + 56, 512 + 72))
})

test('without UEFI there is one active partition over the whole, and no GPT', async t => {
  const image = await imageOf(tree, { boot: [boot[0]], hybrid: { seed: 's', mbrCode } })
  t.deepEqual(decodeMbr(image.subarray(0, 512)).partitions, [
    { slot: 0, type: 0x17, isActive: true, firstSector: 0, sectors: image.length / 512 },
  ])
  t.true(image.subarray(512, 32768).every(byte => byte === 0))
})

const refused: [string, IsoError['code'], IsoOptions['hybrid'], IsoOptions['boot']][] = [
  ['boot code that is too long', 'MBR_CODE', { seed: 's', mbrCode: Buffer.alloc(433) }, boot],
  ['boot code with nothing to load', 'MBR_CODE', { seed: 's', mbrCode }, [boot[1]]],
  ['a system partition that is missing', 'SYSTEM_PARTITION', { seed: 's', systemPartition: 'nowhere' }, boot],
]
for (const [what, code, hybrid, entries] of refused)
  test(`refused: ${what}`, t => {
    t.like(
      t.throws(() => planIso(tree, { ...OPTIONS, hybrid: hybrid!, boot: entries! }), { instanceOf: IsoError }),
      { code },
    )
  })
