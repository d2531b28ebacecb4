import test from 'ava'
import { compareNames, jolietNames, relaxedNames, strictNames } from '../../src/names/names.ts'
import { uniqueNames } from '../../src/names/unique.ts'

const strict = (...names: string[]): string[] =>
  uniqueNames(
    names,
    strictNames(name => name.endsWith('/')),
  )

test('strict names are in upper case, of letters, digits and _', t => {
  t.deepEqual(strict('readme.txt', 'grub-efi.cfg', 'x.tar.gz', '.hidden', 'x.'), [
    'README.TXT',
    'GRUB_EFI.CFG',
    'X_TAR.GZ',
    '_HIDDEN',
    'X_',
  ])
})

test('strict names have up to 30 characters and keep their extension', t => {
  t.deepEqual(strict(`${'a'.repeat(40)}.wim`, 'b'.repeat(40), `c.${'d'.repeat(40)}`), [
    `${'A'.repeat(27)}.WIM`,
    'B'.repeat(30),
    `C.${'D'.repeat(8)}`,
  ])
})

test('names that clash get numbers, and those that differ in case alone come first', t => {
  t.deepEqual(strict('a b', 'a-b', 'A_B', 'a_b'), ['A_B_2', 'A_B_3', 'A_B', 'A_B_1'])
  t.deepEqual(strict(`${'a'.repeat(30)}1`, `${'a'.repeat(30)}2`), ['A'.repeat(30), `${'A'.repeat(28)}_1`])
})

test('relaxed names stay as they are up to 37 characters of ASCII', t => {
  t.deepEqual(uniqueNames(['vmlinuz-6.1.0-amd64.efi.signed', 'naïve', `${'a'.repeat(40)}.wim`], relaxedNames), [
    'vmlinuz-6.1.0-amd64.efi.signed',
    'na_ve',
    `${'a'.repeat(33)}.wim`,
  ])
})

test('Joliet names keep everything but what Joliet forbids, up to 64 characters', t => {
  t.deepEqual(uniqueNames(['a*b:c;d?e\\f', 'Größe 💾.txt', `${'💾'.repeat(40)}.wim`], jolietNames), [
    'a_b_c_d_e_f',
    'Größe 💾.txt',
    `${'💾'.repeat(30)}.wim`,
  ])
})

test('Joliet names that differ in case alone get numbers', t => {
  t.deepEqual(uniqueNames(['Readme.txt', 'readme.txt'], jolietNames), ['Readme.txt', 'readme_1.txt'])
})

test('names that differ in dots and spaces at their end alone get an end that no reader drops', t => {
  const names = ['x', 'x.', 'x ', 'x..', `${'y'.repeat(63)}. `]
  t.deepEqual(uniqueNames(names, jolietNames), ['x', 'x_', 'x _1', 'x__', `${'y'.repeat(62)}__`])
  t.deepEqual(uniqueNames(names, relaxedNames), ['x', 'x_', 'x _1', 'x__', `${'y'.repeat(35)}__`])
})

test('a hundred thousand names that clash are told apart', t => {
  const names = Array.from({ length: 100_000 }, (_, index) => `${'long '.repeat(12)}${index}`)
  t.is(new Set(strict(...names.slice(0, 50_000))).size, 50_000)
  t.is(new Set(uniqueNames(names, jolietNames)).size, 100_000)
})

test('order is by name, then by extension (ECMA-119 9.3)', t => {
  t.deepEqual(
    ['A_B.C', 'AB', 'A.Z', 'A.B', 'A!.A', 'A'].sort((a, b) => compareNames(a, b, ' ')),
    ['A', 'A.B', 'A.Z', 'A!.A', 'AB', 'A_B.C'],
  )
})
