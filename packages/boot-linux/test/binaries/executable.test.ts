import { fromMemory } from '@bootwright/bytes'
import test from 'ava'
import { architectureOf, checkArchitecture } from '../../src/binaries/executable.ts'
import { programFile } from '../elf-file.ts'
import { faultOf } from '../fakes.ts'
import { golden } from '../hex.ts'
import { efiProgram, x86Kernel } from '../pe-file.ts'

const found = async (file: Uint8Array): Promise<string | undefined> => await architectureOf(fromMemory(file))

test('golden: an EFI program, and a kernel that is one, by its machine type', async t => {
  t.is(await found(golden('"MZ" 00*58 40 00*3 "PE" 00 00 64 86')), 'x64')
  t.is(await found(golden('"MZ" 00*58 40 00*3 "PE" 00 00 64 aa')), 'arm64')
})

test('golden: a kernel for PCs that is no EFI program, by its load flags', async t => {
  t.is(await found(golden('00*514 "HdrS" 00*48 01 00')), 'x64')
  t.is(await found(golden('00*514 "HdrS" 00*48 02 00')), undefined)
})

test('golden: a kernel for arm64 that is no EFI program', async t => {
  t.is(await found(golden('00*56 "ARMd"')), 'arm64')
})

test('programs for other computers, and anything else, are not known', async t => {
  for (const file of [efiProgram('x86'), x86Kernel(false), Buffer.from('#!/bin/sh\n'), Buffer.alloc(0)])
    t.is(await found(file), undefined)
})

test('an ELF program is neither a kernel that GRUB starts nor an EFI program', async t => {
  t.is(await found(programFile('libc.so.6')), undefined)
})

test('hostile: cut anywhere, a head is known or not, and nothing else happens', async t => {
  for (const file of [efiProgram('x64'), x86Kernel(), golden('00*56 "ARMd"')])
    for (let size = 0; size <= file.length; size += 1)
      t.true([undefined, 'x64', 'arm64'].includes(await found(file.subarray(0, size))))
})

test('hostile: a header that lies outside the head is not looked for', async t => {
  for (const at of [4096, 0xffff_fffe]) {
    const file = Buffer.concat([efiProgram('x64'), Buffer.alloc(8192)])
    file.writeUInt32LE(at, 0x3c)
    t.is(await found(file), undefined)
  }
})

test('a file for another computer is refused, and so is one that does not say', async t => {
  const check = (file: Uint8Array) => checkArchitecture(fromMemory(file), 'boot/vmlinuz', 'x64')
  await check(efiProgram('x64'))
  const wrong = await faultOf(() => check(efiProgram('arm64')))
  t.like(wrong, { code: 'ARCHITECTURE_WRONG', subject: 'boot/vmlinuz' })
  t.regex(wrong.message, /is for arm64, but the medium is for x64/)
  t.like(await faultOf(() => check(Buffer.from('text'))), { code: 'EXECUTABLE_UNKNOWN', subject: 'boot/vmlinuz' })
})
