import test from 'ava'
import { requireWithinValidity } from '../../src/medium/validity.ts'

const times = { validFrom: '2026-12-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' }

test('a medium is valid within its validity, and always without one', t => {
  t.notThrows(() => requireWithinValidity(times, new Date('2026-12-01T00:00:00Z')))
  t.notThrows(() => requireWithinValidity(times, new Date('2026-12-31T23:59:59Z')))
  t.notThrows(() => requireWithinValidity({}, new Date(0)))
})

test('a medium is refused before and after its validity, with a hint about a wrong clock', t => {
  const early = t.throws(() => requireWithinValidity(times, new Date('1999-12-31T00:00:00Z')))
  t.like(early, { code: 'NOT_YET_VALID' })
  t.regex(
    early!.message,
    /valid from 2026-12-01T00:00:00Z, and the clock of this computer is at 1999-12-31 00:00 \(UTC\)/,
  )
  const late = t.throws(() => requireWithinValidity(times, new Date('2027-01-01T00:00:00Z')))
  t.like(late, { code: 'EXPIRED' })
})
