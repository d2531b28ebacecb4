import test from 'ava'
import fc from 'fast-check'
import { nearest, suggestion } from '../src/suggestion.ts'

const KEYS = ['targets', 'type', 'label', 'architecture', 'managementPoints', 'bootImage']

test('a misspelt name finds the intended one', t => {
  t.is(nearest('targts', KEYS), 'targets')
  t.is(nearest('managmentPoint', KEYS), 'managementPoints')
  t.is(nearest('bootimage', KEYS), 'bootImage')
  t.is(nearest('lable', KEYS), 'label')
})

test('an abbreviation finds the only name with that prefix', t => {
  t.is(nearest('arch', KEYS), 'architecture')
  t.is(nearest('arch', ['architecture', 'archive-name']), undefined)
})

test('a name that resembles no other finds none', t => {
  t.is(nearest('usb', ['iso', 'disk']), undefined)
  t.is(nearest('keyboard', KEYS), undefined)
  t.is(nearest('anything', []), undefined)
})

test('a known name is its own nearest', t => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), names => {
      for (const name of names) t.is(nearest(name, names), name)
    }),
  )
})

test('a suggestion lists the known names', t => {
  t.is(suggestion('targts', ['targets', 'type']), '; did you mean "targets"? known: targets, type')
  t.is(suggestion('usb', ['iso']), '; known: iso')
  t.is(suggestion('usb', []), '; known: none')
})
