import test from 'ava'
import fc from 'fast-check'
import { type Descriptor, decodeDescriptor, encodeDescriptor, formatDate } from '../../src/document/descriptor.ts'
import { MediumError } from '../../src/document/medium-error.ts'

const descriptor: Descriptor = {
  formatVersion: 1,
  id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
  type: 'bootable',
  label: 'Café boot',
  date: '2026-03-01T12:00:00Z',
  architecture: 'x64',
  passwordRequired: true,
  unattended: false,
  language: 'fr',
  keyboard: 'fr-latin1',
  debugShell: false,
}
const golden = `{
  "architecture": "x64",
  "date": "2026-03-01T12:00:00Z",
  "debugShell": false,
  "formatVersion": 1,
  "id": "6f1c2d3e-4a5b-8c6d-9e7f-001122334455",
  "keyboard": "fr-latin1",
  "label": "Café boot",
  "language": "fr",
  "passwordRequired": true,
  "type": "bootable",
  "unattended": false
}
`
const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const codeOf = (data: Uint8Array): unknown => {
  try {
    return decodeDescriptor(data)
  } catch (error) {
    return error instanceof MediumError ? { code: error.code, where: error.where } : error
  }
}

test('the bytes of a descriptor do not depend on the order of its keys', t => {
  t.is(Buffer.from(encodeDescriptor(descriptor)).toString(), golden)
  const reversed = Object.fromEntries(Object.entries(descriptor).reverse()) as unknown as Descriptor
  t.is(Buffer.from(encodeDescriptor(reversed)).toString(), golden)
  t.deepEqual(decodeDescriptor(bytes(golden)), descriptor)
})

test('every descriptor survives a round trip', t => {
  const any = fc.record({
    formatVersion: fc.constant(1 as const),
    id: fc.uuid(),
    type: fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
    label: fc.string({ minLength: 1, unit: 'grapheme' }),
    date: fc.date({ min: new Date('1980-01-01'), max: new Date('2107-12-31'), noInvalidDate: true }).map(formatDate),
    architecture: fc.constantFrom('x64' as const, 'arm64' as const),
    passwordRequired: fc.boolean(),
    unattended: fc.boolean(),
    language: fc.constantFrom('en' as const, 'fr' as const),
    keyboard: fc.constantFrom('us', 'fr-latin1'),
    debugShell: fc.boolean(),
  })
  fc.assert(fc.property(any, value => t.deepEqual(decodeDescriptor(encodeDescriptor(value)), value)))
})

test('another format version is reported before other mistakes', t => {
  t.deepEqual(codeOf(bytes({ formatVersion: 2, colour: 'blue' })), {
    code: 'DESCRIPTOR_VERSION',
    where: 'formatVersion',
  })
})

test('an invalid descriptor is refused with the invalid key', t => {
  t.deepEqual(codeOf(bytes('{')), { code: 'DESCRIPTOR_INVALID', where: undefined })
  t.deepEqual(codeOf(Uint8Array.of(0xff, 0xfe)), { code: 'DESCRIPTOR_INVALID', where: undefined })
  t.deepEqual(codeOf(bytes([])), { code: 'DESCRIPTOR_INVALID', where: '' })
  t.deepEqual(codeOf(bytes({ ...descriptor, extra: 1 })), { code: 'DESCRIPTOR_INVALID', where: '' })
  t.deepEqual(codeOf(bytes({ ...descriptor, keyboard: '../x' })), { code: 'DESCRIPTOR_INVALID', where: 'keyboard' })
  t.deepEqual(codeOf(bytes({ ...descriptor, date: 'today' })), { code: 'DESCRIPTOR_INVALID', where: 'date' })
  t.deepEqual(codeOf(new Uint8Array(65_537)), { code: 'DESCRIPTOR_INVALID', where: undefined })
})

test('a descriptor that could not be read is not written', t => {
  t.throws(() => encodeDescriptor({ ...descriptor, label: '' }), { code: 'DESCRIPTOR_INVALID' })
})

test('a label and a type are one line of at most 255 characters', t => {
  t.notThrows(() => encodeDescriptor({ ...descriptor, label: '🚀'.repeat(255) }))
  for (const wrong of ['x'.repeat(256), 'a\nb', '\u001b[2J', 'a\u0085'])
    for (const where of ['label', 'type'])
      t.deepEqual(codeOf(bytes({ ...descriptor, [where]: wrong })), { code: 'DESCRIPTOR_INVALID', where })
})
