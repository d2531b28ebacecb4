import { SEALED_ENVIRONMENT_PATH } from '@bootwright/medium-format'
import test from 'ava'
import { unlock } from '../../src/medium/unlock.ts'
import { descriptor, device, fakeComputer, fakeStorage, medium, sealedEnvironment } from '../fakes.ts'

const withFiles = async (files: Readonly<Record<string, Uint8Array>>) => {
  const disk = device('/dev/sr0')
  const storage = fakeStorage([{ device: disk, files }])
  await storage.devices()
  return { ...fakeComputer({ storage }), files: await storage.mount(disk, 'iso9660') }
}
type ComputerWithFiles = Awaited<ReturnType<typeof withFiles>>
const sealed = { passwordRequired: true }
const found = ({ files }: ComputerWithFiles, changes: Parameters<typeof descriptor>[0] = {}) => ({
  descriptor: descriptor(changes),
  files,
})

test('without a password the environment is read in clear, and its key becomes a secret', async t => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n'
  const certificate = { certificate: '-----BEGIN CERTIFICATE-----\n', key }
  const computer = await withFiles(medium({}, { certificate }))
  t.is((await unlock(computer, found(computer)))?.environment.management, 'dynamic')
  t.is(computer.masker.mask('MIIsecret'), '***')
  t.is(computer.console.shown, '')
})
test('a wrong password pauses, longer each time, and is neither shown nor logged', async t => {
  const content = await sealedEnvironment('open sesame')
  const computer = await withFiles({ [SEALED_ENVIRONMENT_PATH]: content })
  const prompt = /Password of this medium: $/
  computer.console.answer([prompt, 'open barley\r'], [prompt, 'open wheat\r'], [prompt, 'open sesame\r'])
  t.truthy(await unlock(computer, found(computer, sealed)))
  t.deepEqual(computer.slept, [1000, 2000])
  for (const password of ['barley', 'wheat', 'sesame']) {
    t.notRegex(computer.console.shown, new RegExp(password))
    t.notRegex(JSON.stringify(computer.logged), new RegExp(password))
  }
  t.is(computer.masker.mask('was open sesame'), 'was ***')
})
test('a wrong password is not masked afterwards', async t => {
  const content = await sealedEnvironment('open sesame')
  const computer = await withFiles({ [SEALED_ENVIRONMENT_PATH]: content })
  const prompt = /Password of this medium: $/
  computer.console.answer([prompt, 'bootwright\r'], [prompt, 'open sesame\r'])
  t.truthy(await unlock(computer, found(computer, sealed)))
  t.is(computer.masker.mask('bootwright: done'), 'bootwright: done')
})
test('a damaged environment is not reported as a wrong password', async t => {
  const computer = await withFiles({ [SEALED_ENVIRONMENT_PATH]: Buffer.from('rubbish') })
  computer.console.answer([/: $/, 'x\r'])
  t.is(await unlock(computer, found(computer, sealed)), undefined)
  t.regex(computer.console.shown, /cannot be read: the sealed environment is not an age file/)
})
test('a missing environment is named', async t => {
  const computer = await withFiles({})
  t.is(await unlock(computer, found(computer)), undefined)
  t.regex(computer.console.shown, /bootwright\/environment\.json of this medium is missing/)
})
