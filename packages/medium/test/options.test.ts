import test from 'ava'
import { z } from 'zod'
import { sharedOptions } from '../src/options.ts'

const schema = z.strictObject(sharedOptions)
const messages = (value: object): Record<string, string> =>
  Object.fromEntries(
    (schema.safeParse({ management: 'dynamic', ...value }).error?.issues ?? []).map(issue => [
      issue.path.join('.'),
      issue.message,
    ]),
  )

test('what is left out gets the established defaults', t => {
  t.deepEqual(schema.parse({ management: 'site-based' }), {
    management: 'site-based',
    autorun: false,
    unattended: false,
    unknownComputers: false,
    userDeviceAffinity: 'none',
    keyboard: 'us',
    language: 'en',
    debugShell: false,
    variables: {},
  })
})

test('days are taken as text or as dates, and become times', t => {
  const validity = { from: '2026-11-01', to: new Date('2027-11-01') }
  t.deepEqual(schema.parse({ management: 'dynamic', certificate: { selfSigned: validity } }).certificate, {
    selfSigned: { from: '2026-11-01T00:00:00Z', to: '2027-11-01T00:00:00Z' },
  })
})

test('a management point is a URL, or a URL for which HTTP was allowed', t => {
  const managementPoints = ['https://mp1.corp.example', { url: 'http://mp2:8080', allowHttp: true }]
  t.deepEqual(schema.parse({ management: 'dynamic', managementPoints }).managementPoints, [
    { url: 'https://mp1.corp.example', allowHttp: false },
    { url: 'http://mp2:8080', allowHttp: true },
  ])
})

test('what is wrong is said for the form that was meant', t => {
  const found = messages({
    managementPoints: ['mp1', 'ftp://mp1', 'https://user:tulip@mp1', { url: 'mp1' }],
    certificate: { selfSigned: { from: '2026-11-31', to: '2027-11-01' } },
    password: { envv: 'X' },
    variables: { A: null },
    keyboard: '../fr',
    prestart: { comand: 'x' },
    pasword: 'x',
  })
  t.like(found, {
    'managementPoints.0': 'expected the URL of a management point: https://mp1.corp.example',
    'managementPoints.1': 'expected the URL of a management point: https://mp1.corp.example',
    'managementPoints.3.url': 'expected the URL of a management point: https://mp1.corp.example',
    certificate: 'selfSigned: from: expected a day as 2026-11-01, or a time as 2026-11-01T08:00:00Z',
    password: 'expected a secret: { env: NAME }, { file: path }, or (discouraged) the value itself',
    'variables.A': 'expected text, a number, true, false, or { secret: { env: NAME } }',
    keyboard: 'expected the name of a console keyboard map, for example us or fr',
    prestart: 'Unrecognized key: "comand"',
    '': 'Unrecognized key: "pasword"',
  })
  t.true(found['managementPoints.2']?.includes('leave them out'))
  t.false(JSON.stringify(found).includes('tulip'))
})

test('the options describe themselves to editors', t => {
  const description = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  t.deepEqual(Object.keys(description.properties as object), Object.keys(sharedOptions))
  t.deepEqual(description.required, ['management'])
})
