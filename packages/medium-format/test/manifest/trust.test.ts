import test from 'ava'
import { decodeTrust, encodeTrust } from '../../src/index.ts'

test('a trust file survives a round trip, and invalid ones are refused', t => {
  const trust = { formatVersion: 1, certificates: ['-----BEGIN CERTIFICATE-----'], unsigned: 'refuse' } as const
  t.deepEqual(decodeTrust(encodeTrust(trust)), trust)
  const decode = (value: object) => decodeTrust(Buffer.from(JSON.stringify(value)))
  t.like(
    t.throws(() => decode({ ...trust, unsigned: 'maybe' })),
    { code: 'TRUST_INVALID' },
  )
  t.like(
    t.throws(() => decode({ ...trust, formatVersion: 2 })),
    { code: 'TRUST_VERSION' },
  )
})
