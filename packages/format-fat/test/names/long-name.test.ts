import test from 'ava'
import { FatError } from '../../src/error.ts'
import { checkLongName, encodeLongName, foldCase, shortNameChecksum } from '../../src/names/long-name.ts'
import { encodeShortName } from '../../src/names/short-name.ts'
import { readNames } from '../../src/read/read-names.ts'

/** What mtools 4 wrote. */
const FOX = [
  '4277006e00200066006f000f000b78002e0074007800740000000000ffffffff',
  '01540068006500200071000f000b7500690063006b0020006200000072006f00',
].join('')
const FOX_SHORT = '5448455155497e315458542000006d25785d785d00006d25785d020003000000'

test('golden: a long name and its checksum', t => {
  const short = encodeShortName('THEQUI~1.TXT')
  t.is(shortNameChecksum(short), 0x0b)
  t.is(Buffer.from(encodeLongName('The quick brown fox.txt', short)).toString('hex'), FOX)
})

test('golden: the entries of mtools are read', t => {
  const [entry, ...others] = readNames(Buffer.from(`${FOX}${FOX_SHORT}${'00'.repeat(32)}`, 'hex'), false)
  t.like(entry, { displayName: 'The quick brown fox.txt', offset: 64, firstCluster: 2, size: 3 })
  t.is(others.length, 0)
})

test('a name that fills its entries has neither NUL nor ones', t => {
  const bytes = Buffer.from(encodeLongName('thirteen.name', encodeShortName('THIRTE~1.NAM')))
  t.is(bytes.length, 32)
  t.is(bytes[0], 0x41)
  t.is(bytes.readUInt16LE(30), 'e'.charCodeAt(0))
})

test('long entries that are damaged are passed over for the short name', t => {
  const whole = Buffer.from(FOX + FOX_SHORT, 'hex')
  const nameAfter = (change: (bytes: Buffer) => void): string | undefined => {
    const bytes = Buffer.from(whole)
    change(bytes)
    return readNames(bytes, false)[Symbol.iterator]().next().value?.displayName
  }
  t.is(
    nameAfter(() => {}),
    'The quick brown fox.txt',
  )
  t.is(
    nameAfter(bytes => (bytes[13] = 0)),
    'THEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => (bytes[32] = 2)),
    'THEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => (bytes[0] = 2)),
    'THEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => (bytes[0] = 0x7f)),
    'THEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => (bytes[64] = 0x55)),
    'UHEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => (bytes[32] = 0xe5)),
    'THEQUI~1.TXT',
  )
  t.is(
    nameAfter(bytes => bytes.writeUInt16LE(0xd800, 33)),
    'THEQUI~1.TXT',
  )
})

test('short names: lower-case bits, code page 437 and the replaced E5', t => {
  const entry = Buffer.from(`8e455354202020205458542018${'00'.repeat(19)}`, 'hex')
  t.is(readNames(entry, false)[Symbol.iterator]().next().value?.displayName, 'äest.txt')
  entry[0] = 0x05
  entry[12] = 0
  t.is(readNames(entry, false)[Symbol.iterator]().next().value?.displayName, 'σEST.TXT')
})

test('names that some system cannot show are refused', t => {
  const bad = ['a:b', 'a\\b', 'q?', 'star*', 'tab\t', 'end.', 'end ', 'x'.repeat(256), '\ud800', 'a|b', '<', '"']
  for (const name of bad) {
    const error = t.throws(() => checkLongName(name, `folder/${name}`), { instanceOf: FatError })
    t.like(error, { code: 'FAT_NAME', path: `folder/${name}` })
  }
  for (const name of ['.profile', 'x'.repeat(255), 'a+b,c;d=[e]', ' leading', '数据😀'])
    t.notThrows(() => checkLongName(name, name))
  t.is(t.throws(() => checkLongName('a', 'x/'.repeat(20_000)), { instanceOf: FatError }).code, 'FAT_NAME')
})

test('case is folded code unit by code unit', t => {
  t.is(foldCase('straße é'), 'STRAßE É')
})
