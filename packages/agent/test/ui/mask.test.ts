import test from 'ava'
import fc from 'fast-check'
import { createMasker } from '../../src/ui/mask.ts'

test('a secret is masked anywhere in a text', t => {
  const masker = createMasker()
  masker.add('sesame')
  t.is(masker.mask('open sesame, sesame!'), 'open ***, ***!')
})
test('the longer of two nested secrets is masked', t => {
  const masker = createMasker()
  masker.add('sesame')
  masker.add('open sesame now')
  t.is(masker.mask('say open sesame now'), 'say ***')
})
test('each line of a multi-line secret is masked', t => {
  const masker = createMasker()
  masker.add('first line\nsecond line')
  t.is(masker.mask('first line - second line'), '*** - ***')
})
test('short secrets are not masked, so that text stays readable', t => {
  const masker = createMasker()
  masker.add('a')
  masker.add('')
  t.is(masker.mask('banana'), 'banana')
})
test('the beginning of a secret at the end of a piece is found', t => {
  const masker = createMasker()
  masker.add('sesame')
  t.is(masker.partialSecretLength('open ses'), 3)
  t.is(masker.partialSecretLength('open'), 0)
})
test('masked text never contains a secret that does not contain the mask', t => {
  const secret = fc.stringMatching(/^[abc]{4,8}$/)
  fc.assert(
    fc.property(fc.array(secret), fc.stringMatching(/^[abc ]{0,60}$/), (secrets, text) => {
      const masker = createMasker()
      for (const each of secrets) masker.add(each)
      return secrets.every(each => !masker.mask(text).includes(each))
    }),
  )
  t.pass()
})
