import test from 'ava'
import {
  BCD_ELEMENT,
  BCD_OBJECT,
  BCD_TYPE,
  type BcdDevice,
  type BcdValue,
  decodeBcd,
  decodeHive,
  encodeBcd,
  keyAt,
  valueNamed,
} from '../src/index.ts'
import { date, store } from './sample.ts'

const elementOf = (bytes: Uint8Array, object: string, element: string): string =>
  Buffer.from(
    valueNamed(keyAt(decodeHive(bytes), 'Objects', `{${object}}`, 'Elements', element)!, 'Element')!.data,
  ).toString('hex')

test('what goes in comes out again', t => {
  t.deepEqual(new Map([...decodeBcd(encodeBcd(store, { date }))].sort()), new Map([...store].sort()))
})
test('devices have the bytes that bcdedit writes', t => {
  const bytes = encodeBcd(store, { date })
  const boot = `0000000000000000000000000000000005000000000000004800000000000000${'00'.repeat(56)}`
  t.is(elementOf(bytes, BCD_OBJECT.mediaRamDisk, '31000003'), boot)
  const ramDisk =
    'c8dc1976fefad911b411000476eba25f' + // {7619dcc8-fafe-11d9-b411-000476eba25f}
    '0000000001000000a000000000000000' +
    '0300000000000000000000000000000000000000000000000100000078000000' +
    '05000000' +
    boot.slice(32) +
    Buffer.from('\\sources\\boot.wim\0', 'utf16le').toString('hex')
  t.is(elementOf(bytes, BCD_OBJECT.mediaLoader, '11000001'), ramDisk)
})
test('every kind of device is read back, and what is of no known kind stays as it is', t => {
  const guid = '0b0b9ca5-6c8e-4f3a-9a46-2f1a1b5a9e11'
  const devices: readonly BcdDevice[] = [
    { kind: 'boot' },
    { kind: 'gpt', disk: guid, partition: BCD_OBJECT.bootManager },
    { kind: 'mbr', disk: 0x12345678, offset: 1 << 20 },
    { kind: 'ramdisk', from: { kind: 'mbr', disk: 1, offset: 2 ** 40 }, path: '\\a\\b.wim', options: guid },
    { kind: 'other', data: Uint8Array.from({ length: 100 }, (_, at) => at) },
    { kind: 'other', data: Uint8Array.of(1, 2, 3) },
  ]
  for (const device of devices) {
    const elements = new Map<number, BcdValue>([[BCD_ELEMENT.device, device]])
    const bytes = encodeBcd(new Map([[guid, { type: BCD_TYPE.osLoader, elements }]]), { date })
    t.deepEqual(decodeBcd(bytes).get(guid)!.elements.get(BCD_ELEMENT.device), device)
  }
})
test('a value that its element cannot have is refused', t => {
  const wrong = (element: number, value: BcdValue) => () =>
    encodeBcd(
      new Map([[BCD_OBJECT.bootManager, { type: BCD_TYPE.bootManager, elements: new Map([[element, value]]) }]]),
      { date },
    )
  t.throws(wrong(BCD_ELEMENT.timeout, 'soon'), { code: 'BCD_ELEMENT', message: /25000004/ })
  t.throws(wrong(BCD_ELEMENT.device, 'C:'), { code: 'BCD_ELEMENT' })
  t.throws(wrong(BCD_ELEMENT.device, { kind: 'gpt', disk: 'x', partition: 'y' }), {
    code: 'BCD_ELEMENT',
    message: /GUID/,
  })
})
test('a hive that is no store says so', t => {
  t.throws(() => decodeBcd(Buffer.alloc(9000)), { code: 'HIVE_SIGNATURE' })
})
