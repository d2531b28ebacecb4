import test from 'ava'
import { librariesIn, requiredLibraries } from '../../src/initramfs/libraries.ts'
import { programNeeding } from '../make-elf.ts'

test('all libraries that programs need, directly or through another, once', t => {
  const available = new Map([
    ['libc.so.6', programNeeding([])],
    ['libm.so.6', programNeeding(['libc.so.6'])],
    ['libunused.so.1', programNeeding([])],
  ])
  const programs = new Map([['node', programNeeding(['libm.so.6', 'libc.so.6'])]])
  t.deepEqual([...requiredLibraries(programs, available).keys()].sort(), ['libc.so.6', 'libm.so.6'])
})
test('a library that no package has is named, with who needs it', t => {
  const programs = new Map([['node', programNeeding(['libdl.so.2'])]])
  const error = t.throws(() => requiredLibraries(programs, new Map()), { code: 'LIBRARY_MISSING' })
  t.regex(error.message, /node needs .*libdl\.so\.2/)
})
test('links within the folder of libraries are followed, others are not', t => {
  const data = Buffer.from('x')
  const entries = new Map([
    ['lib/x/liba.so.1', { kind: 'link', target: 'liba.so.1.2' }],
    ['lib/x/liba.so.1.2', { kind: 'file', data, isExecutable: false }],
    ['lib/x/libb.so', { kind: 'link', target: '/etc/passwd' }],
    ['lib/y/libc.so', { kind: 'file', data, isExecutable: false }],
  ] as const)
  t.deepEqual([...librariesIn(entries, 'x').keys()], ['liba.so.1', 'liba.so.1.2'])
})
