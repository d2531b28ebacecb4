import test from 'ava'
import fc from 'fast-check'
import { encodeLabel, fatLabel } from '../../src/structures/label.ts'

test('a label is cut, upper case and free of forbidden characters', t => {
  t.is(fatLabel('Boot media'), 'BOOT MEDIA')
  t.is(fatLabel('a.b/c:d*e'), 'A_B_C_D_E')
  t.is(fatLabel('Größe 数据😀'), 'GR__E ___')
  t.is(fatLabel('  twelve chars '), 'TWELVE CHAR')
  t.is(fatLabel('eleven byte  s'), 'ELEVEN BYTE')
  t.is(fatLabel(' '), '')
})

test('whatever the label, 11 bytes of ASCII stand in the volume, and a made label stays as it is', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), label => {
      const made = fatLabel(label)
      t.is(encodeLabel(made).length, 11)
      t.is(fatLabel(made), made)
    }),
  )
})
