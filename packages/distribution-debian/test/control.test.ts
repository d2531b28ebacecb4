import test from 'ava'
import { parseControl, parseDepends } from '../src/control.ts'

const stanzas = (text: string): readonly (readonly [string, string][])[] =>
  parseControl(text).map(stanza => [...stanza])

test('paragraphs are separated by empty lines, and field names are lower case', t => {
  t.deepEqual(stanzas('Package: a\nVersion: 1\n\nPackage: b\nSHA256: ff\n'), [
    [
      ['package', 'a'],
      ['version', '1'],
    ],
    [
      ['package', 'b'],
      ['sha256', 'ff'],
    ],
  ])
})

test('a line that begins with a space continues the field above', t => {
  t.deepEqual(stanzas('Description: short\n long\n .\n\tmore\nTag: x\n'), [
    [
      ['description', 'short\nlong\n.\nmore'],
      ['tag', 'x'],
    ],
  ])
})

test('a value may be empty and may contain colons', t => {
  t.deepEqual(stanzas('Depends:\nHomepage: https://example.org/: x\n'), [
    [
      ['depends', ''],
      ['homepage', 'https://example.org/: x'],
    ],
  ])
})

test('empty lines and lines that are not fields are ignored', t => {
  t.deepEqual(stanzas(''), [])
  t.deepEqual(stanzas('\n \n\t\n\n'), [])
  t.deepEqual(stanzas(' continued\nN: note\nno field here\n'), [[['n', 'note']]])
})

test('lines of spaces separate paragraphs', t => {
  t.is(stanzas('Package: a\n \nPackage: b\n\n\n\nPackage: c').length, 3)
})

test('a dependency has a name and, if an exact one is required, a version', t => {
  t.deepEqual(
    parseDepends('linux-image-6.1.0-41-amd64 (= 6.1.158-1), libc6 (>= 2.34), libntfs-3g89 (=1:2022.10.3-1+b1) , kmod'),
    [
      { name: 'linux-image-6.1.0-41-amd64', version: '6.1.158-1' },
      { name: 'libc6', version: undefined },
      { name: 'libntfs-3g89', version: '1:2022.10.3-1+b1' },
      { name: 'kmod', version: undefined },
    ],
  )
})

test('the first alternative counts, without its architecture', t => {
  t.deepEqual(parseDepends('default-mta | mail-transport-agent, python3:any (= 3.11), libstdc++6'), [
    { name: 'default-mta', version: undefined },
    { name: 'python3', version: '3.11' },
    { name: 'libstdc++6', version: undefined },
  ])
})

test('an empty field has no dependencies', t => {
  t.deepEqual(parseDepends(''), [])
  t.deepEqual(parseDepends(' , '), [])
})
