import test from 'ava'
import fc from 'fast-check'
import { mediumId } from '../../src/config/medium-id.ts'

const medium = { type: 'bootable', password: { env: 'LAB' }, variables: { A: { secret: 'x' } }, targets: ['iso'] }
const id = mediumId('lab', medium, { code: 'P01' })

test('an id is a UUID of version 8, the same everywhere', t => {
  t.regex(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.is(id, '21ecf542-ad8c-85d6-8c8b-6b23eb23d717')
})

test('targets, the order of keys and values of secrets do not change the id', t => {
  const { targets: _, type, ...rest } = medium
  t.is(mediumId('lab', { ...rest, type }, { code: 'P01' }), id)
  t.is(mediumId('lab', { ...medium, variables: { A: { secret: 'y' } } }, { code: 'P01' }), id)
  const inline = (password: unknown): string => mediumId('lab', { ...medium, password }, {})
  t.is(inline('one'), inline('another'))
})

test('name, site, options and the source of a secret change the id', t => {
  const others = [
    mediumId('lab2', medium, { code: 'P01' }),
    mediumId('lab', medium, { code: 'P02' }),
    mediumId('lab', { ...medium, label: 'x' }, { code: 'P01' }),
    mediumId('lab', { ...medium, password: { env: 'OTHER' } }, { code: 'P01' }),
  ]
  t.is(new Set([id, ...others]).size, 5)
})

test('every definition has an id of the same form', t => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (written, site) => {
      t.regex(mediumId('lab', written, site), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }),
  )
})
