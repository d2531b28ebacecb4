import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { createSecrets, SecretError } from '../../src/secrets/secrets.ts'

const folder = scratch()
test.after.always(() => rmSync(folder, { recursive: true }))
const secretsWith = (env: Record<string, string> = {}) => createSecrets({ env, folder })

test('a secret comes from the environment, from a file or from the definition', async t => {
  writeFileSync(join(folder, 'windows.txt'), '\uFEFFpässword\r\nsecond line\n')
  writeFileSync(join(folder, 'bare.txt'), ' spaces stay ')
  const secrets = secretsWith({ LAB: 'from env' })
  const values = await Promise.all([
    secrets.resolve({ env: 'LAB' }),
    secrets.resolve({ file: 'windows.txt' }),
    secrets.resolve({ file: join(folder, 'bare.txt') }),
    secrets.resolve('inline'),
  ])
  t.deepEqual(
    values.map(value => value.reveal()),
    ['from env', 'pässword', ' spaces stay ', 'inline'],
  )
  t.is(values[0]?.origin, 'environment variable LAB')
})

test('no printed form of a secret shows its value', async t => {
  const secret = await secretsWith({ LAB: 'top-secret' }).resolve({ env: 'LAB' })
  const forms = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9, customInspect: false }),
    inspect({ secret }),
    format('%s %o %j %O', secret, secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
  ]
  for (const form of forms) t.false(form.includes('top-secret'), form)
  t.throws(() => Object.assign(secret, { reveal: () => 'other' }), { instanceOf: TypeError })
})

test('a missing variable is named, and the one that was probably meant', async t => {
  const error = await t.throwsAsync<SecretError>(secretsWith({ LAB_PASSWORD: 'x' }).resolve({ env: 'LAB_PASWORD' }), {
    instanceOf: SecretError,
    code: 'SECRET_MISSING',
  })
  t.is(error.message, 'environment variable LAB_PASWORD is not set; did you mean "LAB_PASSWORD"?')
  t.is(error.origin, 'environment variable LAB_PASWORD')
})

test('an empty secret is refused', async t => {
  writeFileSync(join(folder, 'empty.txt'), '\n')
  await t.throwsAsync(secretsWith({ LAB: '' }).resolve({ env: 'LAB' }), { code: 'SECRET_EMPTY' })
  await t.throwsAsync(secretsWith().resolve({ file: 'empty.txt' }), { code: 'SECRET_EMPTY' })
  await t.throwsAsync(secretsWith().resolve(''), { code: 'SECRET_EMPTY' })
})

test('a secret file that is missing, a folder, binary or unlimited is refused', async t => {
  writeFileSync(join(folder, 'binary'), Buffer.of(0xff, 0xfe, 0x41))
  writeFileSync(join(folder, 'long'), 'x'.repeat(70_000))
  const missing = await t.throwsAsync(secretsWith().resolve({ file: 'gone.txt' }), { code: 'SECRET_MISSING' })
  t.true(missing?.message.includes(join(folder, 'gone.txt')))
  for (const file of ['.', 'binary', 'long'])
    await t.throwsAsync(secretsWith().resolve({ file }), { code: 'SECRET_UNREADABLE' })
})

test('an invalid reference is refused without being quoted', async t => {
  const error = await t.throwsAsync(secretsWith().resolve({ vault: 'hunter2' } as never), { code: 'SECRET_REFERENCE' })
  t.false(error?.message.includes('hunter2'))
})

test('resolved secrets are masked', async t => {
  const secrets = secretsWith({ LAB: 'p"a\\s s/wörd' })
  t.is(secrets.mask('before p"a\\s s/wörd'), 'before p"a\\s s/wörd')
  await secrets.resolve({ env: 'LAB' })
  const value = 'p"a\\s s/wörd'
  for (const form of [
    value,
    JSON.stringify(value),
    encodeURIComponent(value),
    encodeURI(value),
    String(new URLSearchParams({ key: value })),
    encodeURIComponent(value).toLowerCase(),
  ])
    t.regex(secrets.mask(`<${form}>`), /^<("|key=)?\*\*\*"?>$/)
})

test('a secret that contains another one is masked entirely', async t => {
  const secrets = secretsWith()
  await secrets.resolve('abcd')
  await secrets.resolve('abcdefgh')
  t.is(secrets.mask('x abcdefgh abcd x'), 'x *** *** x')
})

test('a secret of three characters is too short to be masked', async t => {
  const secrets = secretsWith()
  await secrets.resolve('the')
  t.is(secrets.mask('the other'), 'the other')
})
