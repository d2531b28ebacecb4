import test from 'ava'
import { neededLibraries, readSections } from '../src/elf.ts'
import { BootLinuxError } from '../src/errors.ts'
import { objectWith, programNeeding } from './make-elf.ts'

test('the libraries of a program without sections are found by its program headers, in order', t => {
  t.deepEqual(neededLibraries(programNeeding(['libc.so.6', 'libdl.so.2']), 'node'), ['libc.so.6', 'libdl.so.2'])
})
test('a static program needs none', t => {
  t.deepEqual(neededLibraries(objectWith({ '.text': 'code' }), 'busybox'), [])
  t.deepEqual(neededLibraries(programNeeding([]), 'busybox'), [])
})
test('sections are found by name', t => {
  const sections = readSections(objectWith({ '.text': 'code', '.modinfo': 'name=x\0' }), 'x.ko')
  t.deepEqual(sections.map(({ name, data }) => [name, Buffer.from(data).toString('latin1')]).slice(0, 3), [
    ['', ''],
    ['.text', 'code'],
    ['.modinfo', 'name=x\0'],
  ])
})
for (const [what, file] of Object.entries({ program: programNeeding(['libc.so.6']), object: objectWith({ a: 'b' }) })) {
  test(`hostile: cut anywhere, a ${what} is read or refused, nothing else`, t => {
    for (let length = 0; length < file.length; length += 1)
      for (const read of [neededLibraries, readSections])
        try {
          read(file.subarray(0, length), 'x')
        } catch (error) {
          t.true(error instanceof BootLinuxError, `${length} bytes: ${error}`)
          t.is((error as BootLinuxError).code, 'ELF_INVALID')
        }
    t.pass()
  })
  test(`hostile: whatever byte of a ${what} is changed, it is read or refused`, t => {
    for (let at = 0; at < file.length; at += 1)
      for (const value of [0, 0x7f, 0xff]) {
        const changed = Buffer.from(file)
        changed[at] = value
        for (const read of [neededLibraries, readSections])
          try {
            read(changed, 'x')
          } catch (error) {
            t.true(error instanceof BootLinuxError, `byte ${at} = ${value}: ${error}`)
          }
      }
    t.pass()
  })
}
test('what is no ELF file is refused by name', t => {
  t.throws(() => neededLibraries(Buffer.from('#!/bin/sh\n'.repeat(20)), 'script'), {
    instanceOf: BootLinuxError,
    message: /script is no 64-bit/,
  })
})
