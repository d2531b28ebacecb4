import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../../src/computer/file-system-signature.ts'
import { readHead } from '../../src/computer/linux/devices.ts'

const made = async (size: string, make: (file: string, folder: string) => readonly [string, ...string[]]) => {
  const folder = scratch()
  const file = join(folder, 'image')
  mkdirSync(join(folder, 'tree'))
  // xorriso writes nothing when there is nothing to write.
  writeFileSync(join(folder, 'tree', 'file'), 'content')
  writeFileSync(file, '')
  truncateSync(file, Number(size))
  const [tool, ...args] = make(file, join(folder, 'tree'))
  execFileSync(tool, args, { stdio: 'pipe' })
  return fileSystemsOf(await readHead(file, SIGNATURE_LENGTH))
}

test('zeros, noise and tiny devices have no signature', t => {
  t.deepEqual(fileSystemsOf(new Uint8Array(SIGNATURE_LENGTH)), [])
  t.deepEqual(fileSystemsOf(new Uint8Array(SIGNATURE_LENGTH).fill(0xa5)), [])
  t.deepEqual(fileSystemsOf(new Uint8Array(10)), [])
})
test('exFAT is recognised by its name', t => {
  const head = new Uint8Array(SIGNATURE_LENGTH)
  head.set(Buffer.from('\xeb\x76\x90EXFAT   ', 'latin1'))
  t.deepEqual(fileSystemsOf(head), ['exfat'])
})
test('a disc with ISO 9660 and UDF is tried as ISO 9660 first', t => {
  const head = new Uint8Array(SIGNATURE_LENGTH)
  ;['CD001', 'CD001', 'BEA01', 'NSR03', 'TEA01'].forEach((identifier, index) => {
    head.set(Buffer.from(identifier), (16 + index) * 2048 + 1)
  })
  t.deepEqual(fileSystemsOf(head), ['iso9660', 'udf'])
})
needs(test, 'xorriso')('an ISO image of xorriso is recognised', async t => {
  const found = await made('0', (file, tree) => ['xorriso', '-as', 'mkisofs', '-quiet', '-o', file, tree])
  t.deepEqual(found, ['iso9660'])
})
needs(test, 'genisoimage')('a bridge disc of genisoimage is recognised as both', async t => {
  const found = await made('0', (file, tree) => ['genisoimage', '-quiet', '-udf', '-o', file, tree])
  t.deepEqual(found, ['iso9660', 'udf'])
})
for (const bits of ['12', '16', '32'])
  needs(test, 'mkfs.vfat')(`FAT${bits} of mkfs.vfat is recognised`, async t => {
    t.deepEqual(await made(bits === '12' ? '1e6' : '80e6', file => ['mkfs.vfat', '-F', bits, file]), ['vfat'])
  })
needs(test, 'mkfs.ext4')('ext4 of mkfs.ext4 is recognised', async t => {
  t.deepEqual(await made('16e6', file => ['mkfs.ext4', '-q', '-F', file]), ['ext4'])
})
