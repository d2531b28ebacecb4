import test from 'ava'
import fc from 'fast-check'
import { FatError } from '../../src/error.ts'
import { CLUSTERS, TABLES, tableSize } from '../../src/structures/geometry.ts'
import type { FatOptions } from '../../src/structures/options.ts'
import { chooseGeometry } from '../../src/write/choose-geometry.ts'

const date = new Date('2024-01-01T00:00:00Z')
const choose = (size: number, options: Partial<FatOptions> = {}) =>
  chooseGeometry({ date, ...options }, { rootEntries: 1, clusters: clusterSize => Math.ceil(size / clusterSize) })
const MIB = 2 ** 20
const GIB = 2 ** 30

test('type and cluster size suit the content', t => {
  const pick = (size: number, options?: Partial<FatOptions>) => {
    const { type, clusterSize } = choose(size, options)
    return [type, clusterSize]
  }
  t.deepEqual(pick(0), [12, 512])
  t.deepEqual(pick(3 * MIB), [12, 1024])
  t.deepEqual(pick(20 * MIB), [16, 512])
  t.deepEqual(pick(200 * MIB), [16, 4096])
  t.deepEqual(pick(600 * MIB), [32, 4096])
  t.deepEqual(pick(12 * GIB), [32, 8192])
  t.deepEqual(pick(100 * GIB), [32, 32768])
  t.deepEqual(pick(0, { size: 1474560 }), [12, 512])
  t.deepEqual(pick(0, { size: 64 * MIB }), [16, 1024])
  t.deepEqual(pick(0, { size: 4 * GIB }), [32, 4096])
  t.deepEqual(pick(0, { type: 32 }), [32, 512])
  t.deepEqual(pick(0, { sectorSize: 4096 }), [12, 4096])
  t.deepEqual(pick(3 * GIB, { type: 16 }), [16, 65536])
})

test('every choice is consistent: the type is told by the clusters, the tables have room for them, all sizes add up', t => {
  const options = fc.record({
    type: fc.constantFrom(undefined, 12, 16, 32),
    sectorSize: fc.constantFrom(undefined, 512, 1024, 2048, 4096),
    clusterSize: fc.constantFrom(undefined, 4096, 8192, 32768),
    alignment: fc.constantFrom(undefined, 4096, 65536, MIB),
    size: fc.option(
      fc.nat(2 ** 21).map(size => size * 4096),
      { nil: undefined },
    ),
    free: fc.nat(10 * MIB),
  }) as fc.Arbitrary<Partial<FatOptions>>
  let possible = 0
  fc.assert(
    fc.property(fc.nat(4 * GIB), options, (content, chosen) => {
      let geometry: ReturnType<typeof choose>
      try {
        geometry = choose(content, chosen)
      } catch (error) {
        t.true(error instanceof FatError)
        return
      }
      possible += 1
      const {
        type,
        sectorSize,
        clusterSize,
        reservedSectors,
        tableSectors,
        rootEntries,
        dataSector,
        totalSectors,
        clusters,
      } = geometry
      t.is(dataSector, reservedSectors + TABLES * tableSectors + (rootEntries * 32) / sectorSize)
      t.is(clusters, Math.floor(((totalSectors - dataSector) * sectorSize) / clusterSize))
      t.true(clusters >= CLUSTERS[type].minimum && clusters <= CLUSTERS[type].maximum)
      t.true(tableSectors * sectorSize >= tableSize(type, clusters + 2))
      t.true(clusters * clusterSize >= content + (chosen.free ?? 0) - clusterSize)
      t.is((dataSector * sectorSize) % (chosen.alignment ?? clusterSize), 0)
      t.is(chosen.size ?? totalSectors * sectorSize, totalSectors * sectorSize)
    }),
    { numRuns: 1000 },
  )
  t.true(possible > 100)
})

test('without a size the volume has no cluster too many', t => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * MIB }), content => {
      const { type, clusters, clusterSize } = choose(content)
      t.is(clusters, Math.max(CLUSTERS[type].minimum, Math.ceil(content / clusterSize)))
    }),
  )
})

test('a volume that is too small names the size that would do', t => {
  const error = t.throws(() => choose(10 * MIB, { size: 5 * MIB }), { instanceOf: FatError })
  t.is(error.code, 'FAT_VOLUME_FULL')
  const expected = choose(10 * MIB)
  t.true(error.message.includes(String(expected.totalSectors * 512)))
  t.is(t.throws(() => choose(MIB, { size: 2 * MIB, free: MIB }), { instanceOf: FatError }).code, 'FAT_VOLUME_FULL')
})

test('options that no volume has are refused', t => {
  const bad: Partial<FatOptions>[] = [
    { type: 31 as 32 },
    { sectorSize: 0 },
    { sectorSize: 520 },
    { clusterSize: 256 },
    { clusterSize: 3072 },
    { clusterSize: 131072 },
    { size: 1000 },
    { size: 0 },
    { size: -512 },
    { free: -1 },
    { free: Number.NaN },
    { hiddenSectors: 2 ** 32 },
    { alignment: 100 },
    { type: 32, alignment: GIB },
  ]
  for (const options of bad)
    t.is(t.throws(() => choose(0, options), { instanceOf: FatError }).code, 'FAT_OPTION', JSON.stringify(options))
  t.is(t.throws(() => choose(5 * GIB, { type: 16 }), { instanceOf: FatError }).code, 'FAT_OPTION')
})
