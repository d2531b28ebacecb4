import test from 'ava'
import fc from 'fast-check'
import { DiskError } from '../src/error.ts'
import { decodeGuid, encodeGuid, guidFrom } from '../src/guid.ts'

test('the first three fields are little-endian on the disk', t => {
  const disk = '28732ac11ff8d211ba4b00a0c93ec93b'
  t.is(Buffer.from(encodeGuid('C12A7328-F81F-11D2-BA4B-00A0C93EC93B')).toString('hex'), disk)
  t.is(decodeGuid(Buffer.from(disk, 'hex')), 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B')
})

test('a seed gives the same version 8 GUID everywhere', t => {
  t.is(guidFrom('medium'), 'C082456A-7766-823A-98DB-084CD34B6FF5')
  t.is(guidFrom('medium'), guidFrom(new TextEncoder().encode('medium')))
  t.not(guidFrom('medium'), guidFrom('medium1'))
  fc.assert(
    fc.property(fc.string(), seed =>
      /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/.test(guidFrom(seed)),
    ),
  )
})

test('what is no GUID is refused', t => {
  const error = t.throws(() => encodeGuid('C12A7328'), { instanceOf: DiskError })
  t.is(error.code, 'DISK_GUID')
})

test('every 16 bytes are read and written back', t => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
      t.deepEqual(encodeGuid(decodeGuid(bytes)), bytes)
    }),
  )
})
