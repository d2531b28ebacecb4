import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import { createMasker } from '../../src/ui/mask.ts'
import { maskedStream } from '../../src/ui/masked-stream.ts'

test('a secret is masked wherever the output is split', t => {
  const text = 'before sesame after sesame'
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), cuts => {
      const masker = createMasker()
      masker.add('sesame')
      let shown = ''
      const stream = maskedStream(masker, part => {
        shown += part
      })
      const places = [0, ...cuts.sort((a, b) => a - b), text.length]
      places.slice(1).forEach((place, index) => {
        stream.write(text.slice(places[index], place))
      })
      stream.end()
      return shown === 'before *** after ***'
    }),
  )
  t.pass()
})
test('a prompt that ends like the beginning of a secret is still shown', async t => {
  const masker = createMasker()
  masker.add('? what')
  let shown = ''
  maskedStream(masker, part => {
    shown += part
  }).write('Owner? ')
  t.is(shown, 'Owner')
  while (shown === 'Owner') await sleep(10)
  t.is(shown, 'Owner? ')
})
