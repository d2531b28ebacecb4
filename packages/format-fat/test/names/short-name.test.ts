import test from 'ava'
import fc from 'fast-check'
import { foldCase } from '../../src/names/long-name.ts'
import { encodeShortName, isPlainShortName, shortNames } from '../../src/names/short-name.ts'

test('plain names need no other, names in lower case only a long one', t => {
  t.true(isPlainShortName('BOOTX64.EFI'))
  t.true(isPlainShortName('EFI'))
  for (const name of ['readme', 'A.B.C', 'NINELETTE', 'A.HTML', '.A', 'A B', 'Ä', 'A+B', 'A.'])
    t.false(isPlainShortName(name), name)
  t.is(shortNames(['readme.txt']).get('readme.txt'), 'README.TXT')
})

test('names that do not fit are cut and numbered', t => {
  const names = [
    'The quick brown fox.txt',
    'The quiet.text',
    '.profile',
    'a+b',
    'Größe – 数据.tar.gz',
    '....x',
    'grub.cfg.bak',
    'é',
  ]
  t.deepEqual(
    [...shortNames(names).values()],
    ['THEQUI~1.TXT', 'THEQUI~1.TEX', 'PROFIL~1', 'A_B~1', 'GR__E_~1.GZ', 'X~1', 'GRUBCF~1.BAK', '_~1'],
  )
})

test('a number that a given name has already is passed over', t => {
  const short = shortNames(['longer name.txt', 'LONGER~1.TXT', 'longer~2.txt'])
  t.is(short.get('longer name.txt'), 'LONGER~3.TXT')
})

test('eleven thousand names that begin alike', t => {
  const names = Array.from({ length: 11_000 }, (_, index) => `a common beginning ${index}.data`)
  const short = shortNames(names)
  t.is(new Set(short.values()).size, names.length)
  t.is(short.get(names[9_999]!), 'AC~10000.DAT')
})

test('short names are valid and unique, whatever the names', t => {
  const name = fc.string({
    minLength: 1,
    maxLength: 14,
    unit: fc.constantFrom('a', 'A', 'b', '.', ' ', '~', '1', 'ß', '数', '+', 'longer'),
  })
  fc.assert(
    fc.property(fc.uniqueArray(name, { selector: foldCase, maxLength: 40 }), names => {
      const short = shortNames(names)
      t.is(new Set(short.values()).size, names.length)
      for (const each of short.values()) {
        t.true(isPlainShortName(each), each)
        t.is(encodeShortName(each).length, 11)
      }
    }),
  )
})
