import { digest, type Entry, fromMemory, read, zeros } from '@bootwright/bytes'
import test from 'ava'
import { CpioError } from '../src/error.ts'
import { type CpioOptions, planCpio } from '../src/plan-cpio.ts'

const file = (text: string): Entry => ({ kind: 'file', content: fromMemory(text) })
/** The fields in disk order: magic, ino, mode, links, user, group, time, size, device (2), node (2), size of the name, checksum. */
const header = (name: string, fields: string): string => `${fields.replaceAll(' ', '')}${name}`

test('golden: a file in a folder', async t => {
  const tree = new Map([['a/b', { kind: 'file', mode: 0o600, content: fromMemory('hello') } as const]])
  const text = Buffer.from(await read(planCpio(tree, { date: new Date(1000), align: 4 }))).toString('latin1')
  const folder = header(
    'a\0',
    '070701 00000001 000041ED 00000000 00000000 00000002 00000001 00000000 00000000 00000000 00000000 00000000 00000002 00000000',
  )
  const content = header(
    '',
    '070701 00000002 00008180 00000000 00000000 00000001 00000001 00000005 00000000 00000000 00000000 00000000 00000004 00000000',
  )
  const trailer = header(
    'TRAILER!!!\0',
    '070701 00000000 00000000 00000000 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 0000000B 00000000',
  )
  t.is(text, `${folder}${content}a/b\0\0\0hello\0\0\0${trailer}\0\0\0`)
})

test('golden: a device', async t => {
  const device = { path: 'console', kind: 'character', mode: 0o600, major: 5, minor: 1 } as const
  const text = Buffer.from(await read(planCpio(new Map(), { devices: [device] }), 0, 118)).toString('latin1')
  const fields = header(
    '',
    '070701 00000001 00002180 00000000 00000000 00000001 00000000 00000000 00000000 00000000 00000005 00000001 00000008 00000000',
  )
  t.is(text, `${fields}console\0`)
})

test('the order of the tree means nothing, and the size is a multiple of 512', async t => {
  const one = planCpio(
    new Map([
      ['x/b', file('1')],
      ['x/a', file('22')],
      ['c', { kind: 'link', target: 'x/a' }],
    ]),
  )
  const two = planCpio(
    new Map([
      ['c', { kind: 'link', target: 'x/a' }],
      ['x/a', file('22')],
      ['x/b', file('1')],
    ]),
  )
  t.is(await digest(one), await digest(two))
  t.is(one.size % 512, 0)
  t.is(planCpio(new Map(), { align: 4096 }).size, 4096)
})

test('files that change often stand last', async t => {
  const tree = new Map<string, Entry>([
    ['a', { kind: 'file', content: fromMemory(''), change: 'often' }],
    ['b/c', { kind: 'file', content: fromMemory('') }],
    ['d', { kind: 'file', content: fromMemory(''), change: 'rarely' }],
  ])
  const text = Buffer.from(await read(planCpio(tree))).toString('latin1')
  const positions = ['b\0', 'd\0', 'b/c\0', 'a\0'].map(name => text.indexOf(name))
  t.deepEqual(
    positions,
    positions.toSorted((x, y) => x - y),
  )
})

test('what the format cannot hold is refused', t => {
  const codeOf = (tree: Iterable<readonly [string, Entry]>, options?: CpioOptions): unknown =>
    t.throws(() => planCpio(new Map(tree), options), { instanceOf: CpioError }).code
  t.is(codeOf([['big', { kind: 'file', content: zeros(2 ** 32) }]]), 'CPIO_FILE_TOO_LARGE')
  t.is(codeOf([['n'.repeat(4096), file('')]]), 'CPIO_NAME')
  t.is(codeOf([['TRAILER!!!', file('')]]), 'CPIO_NAME')
  t.is(codeOf([['a', { kind: 'file', content: zeros(1), mode: 0o100644 }]]), 'CPIO_FIELD')
  t.is(codeOf([], { date: new Date(-1) }), 'CPIO_DATE')
  t.is(codeOf([], { date: new Date(Number.NaN) }), 'CPIO_DATE')
  const device = { path: 'null', kind: 'character', mode: 0o666, major: 1, minor: 3 } as const
  t.is(codeOf([['null', file('')]], { devices: [device] }), 'CPIO_DEVICE')
  t.is(codeOf([], { devices: [device, device] }), 'CPIO_DEVICE')
  t.is(codeOf([], { devices: [{ ...device, major: -1 }] }), 'CPIO_DEVICE')
})
