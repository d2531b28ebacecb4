import { fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { IsoError, readIso } from '../../src/index.ts'
import { described, file, imageOf, treeOf } from '../volume.ts'

const TREE = new Map([
  ...treeOf({ 'a/b/c': 'content', d: 'x'.repeat(5000), ['n'.repeat(255)]: 'long' }),
  ['l', { kind: 'link' as const, target: 'a/b' }],
])
const BOOT = { boot: [{ platform: 'bios', path: 'd' }] } as const
const image = await imageOf(TREE, BOOT)
const root = image.readUInt32LE(16 * 2048 + 158) * 2048

const LONG = `${'N'.repeat(30)}.;1`

/** The image with some bytes changed. */
const changed = (patch: (copy: Buffer) => void): ReturnType<typeof readIso> => {
  const copy = Buffer.from(image)
  patch(copy)
  return readIso(fromMemory(copy))
}
/** Where the record with this identifier is, below the root. */
const recordOf = (identifier: string): number =>
  image.indexOf(String.fromCharCode(identifier.length) + identifier, root, 'latin1') - 32
const writeBlock = (copy: Buffer, record: number, block: number): number => copy.writeUInt32LE(block, record + 2)
const fieldOf = (record: number, signature: string): number => image.indexOf(signature, record, 'latin1')

const broken: [string, IsoError['code'], (copy: Buffer) => void][] = [
  ['is no ISO 9660 volume', 'NOT_ISO', copy => copy.fill(0, 16 * 2048, 17 * 2048)],
  ['has no primary descriptor', 'NOT_ISO', copy => copy.writeUInt8(255, 16 * 2048)],
  ['has blocks of another size', 'UNSUPPORTED', copy => copy.writeUInt16LE(512, 16 * 2048 + 128)],
  ['has a root outside of the image', 'OUTSIDE', copy => writeBlock(copy, 16 * 2048 + 156, 0xffffffff)],
  ['has a root that ends outside', 'OUTSIDE', copy => copy.writeUInt32LE(0x100000, 16 * 2048 + 166)],
  ['has a root of 4 GiB', 'LIMIT', copy => copy.writeUInt32LE(0xffffffff, 16 * 2048 + 166)],
  ['has a folder that is its own child', 'DIRECTORY_CYCLE', copy => writeBlock(copy, recordOf('A'), root / 2048)],
  ['has a file that ends outside', 'OUTSIDE', copy => copy.writeUInt32LE(0xf0000000, recordOf('D.;1') + 10)],
  ['has an interleaved file', 'UNSUPPORTED', copy => copy.writeUInt8(1, recordOf('D.;1') + 26)],
  ['has a compressed file', 'UNSUPPORTED', copy => copy.write('ZF', fieldOf(recordOf('D.;1'), 'TF'))],
  ['has a file whose last section is missing', 'DIRECTORY_RECORD', copy => copy.writeUInt8(0x80, recordOf(LONG) + 25)],
  ['has a name that leads elsewhere', 'NAME_UNSAFE', copy => copy.write('/', fieldOf(recordOf('D.;1'), 'NM') + 5)],
  ['has two entries of one name', 'NAME_TWICE', copy => copy.write('l', fieldOf(recordOf('D.;1'), 'NM') + 5)],
  [
    'has a system use field that is too long',
    'SYSTEM_USE',
    copy => copy.writeUInt8(255, fieldOf(recordOf('D.;1'), 'PX') + 2),
  ],
  [
    'has a system use field that is too short',
    'SYSTEM_USE',
    copy => copy.writeUInt8(3, fieldOf(recordOf('D.;1'), 'PX') + 2),
  ],
  [
    'has a continuation that crosses a block',
    'SYSTEM_USE',
    copy => copy.writeUInt32LE(2048, fieldOf(recordOf(LONG), 'CE') + 12),
  ],
  [
    'has a continuation outside of the image',
    'OUTSIDE',
    copy => copy.writeUInt32LE(0xffffffff, fieldOf(recordOf(LONG), 'CE') + 4),
  ],
  ['has a component that is too long', 'SYSTEM_USE', copy => copy.writeUInt8(200, fieldOf(recordOf('L.;1'), 'SL') + 6)],
  ['has a boot catalog outside of the image', 'OUTSIDE', copy => copy.writeUInt32LE(0xffffffff, 17 * 2048 + 71)],
  ['has a boot catalog that is none', 'BOOT_CATALOG', copy => copy.fill(0, 20 * 2048, 21 * 2048)],
]
for (const [what, code, patch] of broken)
  test(`refused: an image that ${what}`, async t => {
    const error = await t.throwsAsync(changed(patch), { instanceOf: IsoError })
    t.is(error!.code, code)
    t.is(typeof error!.offset, 'number')
    t.truthy(error!.structure)
  })

test('refused: a continuation that continues in itself', async t => {
  const error = await t.throwsAsync(
    changed(copy => {
      const ce = fieldOf(recordOf(LONG), 'CE')
      const [block, offset] = [copy.readUInt32LE(ce + 4), copy.readUInt32LE(ce + 12)]
      copy.writeUInt32LE(28, ce + 20)
      copy.copy(copy, block * 2048 + offset, ce, ce + 28)
    }),
    { instanceOf: IsoError },
  )
  t.is(error!.code, 'LIMIT')
})

test('refused: descriptors without an end', async t => {
  const endless = Buffer.concat([image.subarray(0, 17 * 2048), ...Array(70).fill(image.subarray(16 * 2048, 17 * 2048))])
  t.like(await t.throwsAsync(readIso(fromMemory(endless)), { instanceOf: IsoError }), { code: 'LIMIT' })
})

test('refused: an image that is cut off, wherever', async t => {
  for (let blocks = 0; blocks < image.length / 2048 - 16; blocks += 1)
    await t.throwsAsync(
      readIso(fromMemory(image.subarray(0, blocks * 2048))),
      { instanceOf: IsoError },
      `${blocks} blocks`,
    )
})

test('whatever bytes change, reading ends: with a tree or with an IsoError', async t => {
  const places = [...image.entries()].flatMap(([position, byte]) =>
    byte !== 0 && position >= 16 * 2048 ? [position] : [],
  )
  const property = fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom(...places), fc.nat(255)), { minLength: 1, maxLength: 8 }),
    async patches => {
      const copy = Buffer.from(image)
      for (const [position, byte] of patches) copy[position] = byte
      await readIso(fromMemory(copy)).catch(error => {
        if (!(error instanceof IsoError)) throw error
      })
    },
  )
  await t.notThrowsAsync(fc.assert(property, { numRuns: 1500 }))
})

test('the contents of a file are a range of the image', async t => {
  const bytes = fromMemory(image)
  const { extents, tree } = await readIso(bytes)
  const [extent] = extents.get('a/b/c')!
  t.is(Buffer.from(await read(bytes, extent!.offset, extent!.size)).toString(), 'content')
  t.deepEqual(await described(tree), await described(TREE))
})

test('the boot catalog is read with the file that it names', async t => {
  const { boot, extents } = await readIso(fromMemory(image))
  const { offset } = extents.get('d')![0]!
  t.deepEqual(boot, [
    { platform: 'bios', bootable: true, isEmulated: false, offset, size: 5000, loadSectors: 4, path: 'd' },
  ])
})

test('a system partition that is too large to be counted goes on to the end of its file', async t => {
  const large = file(new Uint8Array(33 << 20))
  const { boot } = await readIso(
    fromMemory(await imageOf(new Map([['efi.img', large]]), { boot: [{ platform: 'uefi', path: 'efi.img' }] })),
  )
  t.like(boot[0], { loadSectors: 0, size: 33 << 20 })
})
