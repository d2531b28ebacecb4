import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { encodeBootEntry, partitionOf } from '../../../src/computer/linux/boot-entry.ts'
import { bootOrder } from '../../../src/computer/linux/boot-order.ts'

const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c'
const partition = { number: 2, start: 4096, size: 131_072, guid: '01234567-89ab-cdef-0123-456789abcdef' }
const other = { ...partition, guid: 'fedcba98-7654-3210-fedc-ba9876543210' }
const entry = (each: typeof partition, path = '\\EFI\\debian\\shimx64.efi'): Buffer =>
  encodeBootEntry('debian', each, path)

function firmware(variables: Readonly<Record<string, Uint8Array>>) {
  const efi = scratch()
  mkdirSync(join(efi, 'efivars'))
  const path = (name: string): string => join(efi, 'efivars', `${name}-${GLOBAL}`)
  for (const [name, value] of Object.entries(variables))
    writeFileSync(path(name), Buffer.concat([Buffer.from([7, 0, 0, 0]), value]))
  return {
    order: bootOrder(efi)!,
    value: (name: string) => readFileSync(path(name)).subarray(4),
    names: () => readdirSync(join(efi, 'efivars')).map(name => name.replace(`-${GLOBAL}`, '')),
  }
}

test('a boot entry has the layout of UEFI 2.10 (3.1.3, 10.3.5)', t => {
  t.is(
    entry(
      { number: 1, start: 2048, size: 1_048_576, guid: '8b9ba1a3-5a9c-4c6e-9a4e-2f2f0d6f4e11' },
      '\\a.efi',
    ).toString('hex'),
    [
      '010000004000',
      '6400650062006900' + '61006e000000',
      '04012a00' + '01000000' + '0008000000000000' + '0000100000000000' + 'a3a19b8b9c5a6e4c9a4e2f2f0d6f4e11' + '0202',
      '04041200' + '5c0061002e006500660069000000',
      '7fff0400',
    ].join(''),
  )
  t.is(partitionOf(entry(partition)), partition.guid)
  t.is(partitionOf(Buffer.from('01000000040061000000' + '7fff0400', 'hex')), undefined)
  t.is(partitionOf(new Uint8Array(3)), undefined)
})

test('the entry that starts from the disk is selected, wherever it is in the boot order', async t => {
  const { order, value } = firmware({
    BootOrder: Uint8Array.of(1, 0, 3, 0),
    Boot0001: entry(other),
    Boot0003: entry(partition),
  })
  await order.startFrom(partition)
  t.deepEqual([...value('BootNext')], [3, 0])
})

test('firmware without an entry gets a new one, and the boot order stays the same', async t => {
  const { order, value, names } = firmware({ BootOrder: Uint8Array.of(0, 0), Boot0000: entry(other) })
  await order.startFrom(partition)
  t.deepEqual([...value('BootNext')], [1, 0])
  t.is(partitionOf(value('Boot0001')), partition.guid)
  t.deepEqual([...value('BootOrder')], [0, 0])
  await order.startFrom(partition)
  t.deepEqual(names(), ['Boot0000', 'Boot0001', 'BootNext', 'BootOrder'])
})

test('without a partition the first entry is selected, and for the medium the entry it was started from', async t => {
  const { order, value } = firmware({ BootOrder: Uint8Array.of(2, 0, 0, 0), BootCurrent: Uint8Array.of(0x34, 0x12) })
  await order.startFrom(undefined)
  t.deepEqual([...value('BootNext')], [2, 0])
  await order.startSame()
  t.deepEqual([...value('BootNext')], [0x34, 0x12])
})

test('a BIOS has no boot order', t => {
  t.is(bootOrder(join(scratch(), 'missing')), undefined)
})
