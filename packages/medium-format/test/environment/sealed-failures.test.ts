import { Encrypter } from 'age-encryption'
import test from 'ava'
import fc from 'fast-check'
import { MediumError } from '../../src/document/medium-error.ts'
import { openWithPassword } from '../../src/environment/sealed.ts'

/** Uses the lowest work factor: the cost of guessing is not tested here. */
async function sealedCheaply(plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase('x')
  encrypter.setScryptWorkFactor(1)
  return await encrypter.encrypt(plain)
}

test.serial('damage is reported as damage or as a wrong password', async t => {
  const sealed = await sealedCheaply(Buffer.from('environment '.repeat(7000)))
  const inHeader = fc.tuple(fc.nat(200), fc.nat(255))
  const anywhere = fc.tuple(fc.nat(sealed.length - 1), fc.nat(255))
  const failureOf = (data: Uint8Array): Promise<unknown> =>
    openWithPassword(data, 'x').then(
      () => undefined,
      error => error,
    )
  await fc.assert(
    fc.asyncProperty(fc.oneof(inHeader, anywhere), async ([index, byte]) => {
      fc.pre(sealed[index] !== byte)
      const failure = await failureOf(sealed.with(index, byte))
      t.true(failure instanceof MediumError, `${index}, ${byte}: ${failure}`)
    }),
    { numRuns: 500 },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.nat(250), fc.nat(sealed.length - 1)), async length => {
      const failure = await failureOf(sealed.subarray(0, length))
      t.true(failure instanceof MediumError, `${length}: ${failure}`)
    }),
  )
})

test.serial('a lack of memory is not reported as damage', async t => {
  const sealed = await sealedCheaply(new Uint8Array(10))
  const { Response } = globalThis
  const failure = new RangeError('Array buffer allocation failed')
  try {
    // The library collects its result with a Response.
    globalThis.Response = class {
      arrayBuffer = () => Promise.reject(failure)
    } as unknown as typeof Response
    t.is(await t.throwsAsync(openWithPassword(sealed, 'x')), failure)
  } finally {
    globalThis.Response = Response
  }
})
