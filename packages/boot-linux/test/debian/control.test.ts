import test from 'ava'
import { parseControl, parseDepends } from '../../src/debian/control.ts'

test('paragraphs, fields in any case, and lines that go on', t => {
  const [first, second, ...more] = parseControl(
    'Package: a\nVersion: 1:2-3\nDescription: short\n long\n .\n\nPACKAGE: b\n\n\n',
  )
  t.deepEqual(more, [])
  t.is(first?.get('version'), '1:2-3')
  t.is(first?.get('description'), 'short\nlong\n.')
  t.is(second?.get('package'), 'b')
  t.deepEqual(parseControl(''), [])
})
test('dependencies by name, with an exact version where there is one, the first of alternatives', t => {
  t.deepEqual(parseDepends('linux-image-6.1.0-41-amd64 (= 6.1.158-1), libc6 (>= 2.34), aa:any | bb'), [
    { name: 'linux-image-6.1.0-41-amd64', version: '6.1.158-1' },
    { name: 'libc6', version: undefined },
    { name: 'aa', version: undefined },
  ])
})
