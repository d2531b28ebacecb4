import { fromMemory } from '@bootwright/bytes'
import test from 'ava'
import { architectureOf, checkArchitecture } from '../src/executable.ts'
import { programNeeding } from './make-elf.ts'

const pe = (machine: number): Uint8Array => {
  const file = Buffer.alloc(512)
  file.write('MZ', 'latin1')
  file.writeUInt32LE(0x80, 0x3c)
  file.write('PE\0\0', 0x80, 'latin1')
  file.writeUInt16LE(machine, 0x84)
  return file
}
const x86Kernel = (flags: number): Uint8Array => {
  const file = Buffer.alloc(1024)
  file.write('HdrS', 0x202, 'latin1')
  file.writeUInt16LE(flags, 0x236)
  return file
}

test('EFI programs, ELF programs and kernels say what computer they are for', async t => {
  const found = (data: Uint8Array) => architectureOf(fromMemory(data))
  t.is(await found(pe(0x8664)), 'x64')
  t.is(await found(pe(0xaa64)), 'arm64')
  t.is(await found(pe(0x14c)), undefined)
  t.is(await found(programNeeding([], 62)), 'x64')
  t.is(await found(programNeeding([], 183)), 'arm64')
  t.is(await found(x86Kernel(1)), 'x64')
  t.is(await found(x86Kernel(0)), undefined)
  for (const short of ['', 'MZ', '\x7fELF', 'hello']) t.is(await found(Buffer.from(short, 'latin1')), undefined)
})
test('a file for another computer is refused, both named; so is one that is no program', async t => {
  const wrong = checkArchitecture(fromMemory(pe(0xaa64)), 'grub.efi', 'x64')
  t.like(await t.throwsAsync(wrong), { code: 'ARCHITECTURE_WRONG', subject: 'grub.efi' })
  const none = checkArchitecture(fromMemory('hello'), 'grub.efi', 'x64')
  t.like(await t.throwsAsync(none), { code: 'EXECUTABLE_UNKNOWN', subject: 'grub.efi' })
})
