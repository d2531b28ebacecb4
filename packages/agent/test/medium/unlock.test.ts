import { SEALED_ENVIRONMENT_PATH } from '@bootwright/medium-format'
import test from 'ava'
import { unlock } from '../../src/medium/unlock.ts'
import { descriptor, device, fakeStorage, fakeTarget, medium, sealedEnvironment } from '../fakes.ts'

const withFiles = async (files: Readonly<Record<string, Uint8Array>>) => {
  const disk = device('/dev/sr0')
  const storage = fakeStorage([{ device: disk, files }])
  await storage.devices()
  return { ...fakeTarget({ storage }), files: await storage.mount(disk, 'iso9660') }
}
type Target = Awaited<ReturnType<typeof withFiles>>
const sealed = { passwordRequired: true }
const found = ({ files }: Target, changes: Parameters<typeof descriptor>[0] = {}) => ({
  descriptor: descriptor(changes),
  files,
})

test('without a password the environment is read in clear, and its key becomes a secret', async t => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n'
  const certificate = { certificate: '-----BEGIN CERTIFICATE-----\n', key }
  const target = await withFiles(medium({}, { certificate }))
  t.is((await unlock(target, found(target)))?.environment.management, 'dynamic')
  t.is(target.masker.mask('MIIsecret'), '***')
  t.is(target.console.shown, '')
})
test('a wrong password pauses, longer each time, and is neither shown nor logged', async t => {
  const content = await sealedEnvironment('open sesame')
  const target = await withFiles({ [SEALED_ENVIRONMENT_PATH]: content })
  const prompt = /Password of this medium: $/
  target.console.answer([prompt, 'open barley\r'], [prompt, 'open wheat\r'], [prompt, 'open sesame\r'])
  t.truthy(await unlock(target, found(target, sealed)))
  t.deepEqual(target.slept, [1000, 2000])
  for (const password of ['barley', 'wheat', 'sesame']) {
    t.notRegex(target.console.shown, new RegExp(password))
    t.notRegex(JSON.stringify(target.logged), new RegExp(password))
  }
  t.is(target.masker.mask('was open sesame'), 'was ***')
})
test('a wrong password does not become a mask', async t => {
  const content = await sealedEnvironment('open sesame')
  const target = await withFiles({ [SEALED_ENVIRONMENT_PATH]: content })
  const prompt = /Password of this medium: $/
  target.console.answer([prompt, 'bootwright\r'], [prompt, 'open sesame\r'])
  t.truthy(await unlock(target, found(target, sealed)))
  t.is(target.masker.mask('bootwright: done'), 'bootwright: done')
})
test('a damaged environment is no wrong password', async t => {
  const target = await withFiles({ [SEALED_ENVIRONMENT_PATH]: Buffer.from('rubbish') })
  target.console.answer([/: $/, 'x\r'])
  t.is(await unlock(target, found(target, sealed)), undefined)
  t.regex(target.console.shown, /cannot be read: the sealed environment is no age file/)
})
test('a missing environment is named', async t => {
  const target = await withFiles({})
  t.is(await unlock(target, found(target)), undefined)
  t.regex(target.console.shown, /bootwright\/environment\.json is missing/)
})
