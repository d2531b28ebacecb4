import type { LinuxPackageEntry } from '@bootwright/api'
import test from 'ava'
import { isLibrary, librariesIn, requiredLibraries } from '../../src/initramfs/libraries.ts'
import { programFile } from '../elf-file.ts'
import { faultOf } from '../fakes.ts'

const FOLDER = 'lib/x86_64-linux-gnu'
const file = (text: string): LinuxPackageEntry => ({ kind: 'file', data: Buffer.from(text), isExecutable: true })
const available = new Map([
  ['libstdc++.so.6', programFile('libm.so.6', 'libc.so.6')],
  ['libm.so.6', programFile('libc.so.6')],
  ['libc.so.6', programFile('ld-linux-x86-64.so.2')],
  ['ld-linux-x86-64.so.2', programFile()],
  ['libunused.so.1', programFile('libmissing.so')],
])

test('libraries are found through one another, each once, and none that nothing needs', t => {
  const programs = new Map([
    ['node', programFile('libstdc++.so.6', 'libc.so.6')],
    ['busybox', programFile()],
  ])
  const found = requiredLibraries(programs, available)
  t.deepEqual([...found.keys()].sort(), ['ld-linux-x86-64.so.2', 'libc.so.6', 'libm.so.6', 'libstdc++.so.6'])
  t.is(found.get('libm.so.6'), available.get('libm.so.6'))
})

test('libraries that need each other end the search', t => {
  const both = new Map([
    ['a.so', programFile('b.so')],
    ['b.so', programFile('a.so')],
  ])
  t.deepEqual([...requiredLibraries(new Map([['x', programFile('a.so')]]), both).keys()], ['a.so', 'b.so'])
})

test('a library that is not there is named, with who needs it and what there is', async t => {
  const fault = await faultOf(() => requiredLibraries(new Map([['ntfs-3g', programFile('libunused.so.1')]]), available))
  t.like(fault, { code: 'LIBRARY_MISSING', subject: 'libmissing.so' })
  t.regex(fault.message, /libunused\.so\.1 needs .*found ld-linux-x86-64\.so\.2, libc\.so\.6/)
})

test('a program that is no ELF file is named', async t => {
  const fault = await faultOf(() => requiredLibraries(new Map([['loadkeys', Buffer.from('#!/bin/sh')]]), available))
  t.like(fault, { code: 'ELF_INVALID', subject: 'loadkeys' })
})

test('libraries are the files of the folder that the loader searches, and no others', t => {
  for (const name of ['libc.so.6', 'libBrokenLocale.so', 'ld-linux-x86-64.so.2', 'libstdc++.so.6.0.30'])
    t.true(isLibrary(`${FOLDER}/${name}`, FOLDER), name)
  for (const path of [
    `${FOLDER}/gconv/UTF-16.so`,
    `${FOLDER}/audit/sotruss-lib.so`,
    'lib/aarch64-linux-gnu/libc.so.6',
    'lib/libc.so.6',
    `${FOLDER}/libc.a`,
    `${FOLDER}/libc.sox`,
  ])
    t.false(isLibrary(path, FOLDER), path)
})

test('a link within the folder is the file that it leads to; one that leads elsewhere is left out', t => {
  const entries = new Map<string, LinuxPackageEntry>([
    [`${FOLDER}/libstdc++.so.6`, { kind: 'link', target: 'libstdc++.so.6.0.30' }],
    [`${FOLDER}/libstdc++.so.6.0.30`, file('code')],
    [`${FOLDER}/liboutside.so.1`, { kind: 'link', target: '../elsewhere/liboutside.so.1.0' }],
    [`${FOLDER}/gconv/UTF-16.so`, file('other')],
  ])
  const found = librariesIn(entries, FOLDER)
  t.deepEqual([...found.keys()], ['libstdc++.so.6', 'libstdc++.so.6.0.30'])
  t.is(Buffer.from(found.get('libstdc++.so.6')!).toString(), 'code')
})
