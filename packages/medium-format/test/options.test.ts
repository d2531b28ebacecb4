import test from 'ava'
import * as z from 'zod'
import { siteOptions } from '../src/options.ts'

const schema = z.strictObject(siteOptions)
/** The issues as `path: message`, including those of each branch of a union. */
const issuesOf = (value: object): readonly string[] =>
  (schema.safeParse({ management: 'dynamic', ...value }).error?.issues ?? []).flatMap(issue => unfolded(issue))
const unfolded = (issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly string[] => {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input')
    return [`${path.join('.')}: ${issue.message}`]
  return issue.errors.flat().flatMap(inner => unfolded(inner, path))
}

test('omitted options have defaults', t => {
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

test('days are accepted as text or as dates, and become times', t => {
  const validity = { from: '2026-11-01', to: new Date('2027-11-01') }
  t.deepEqual(schema.parse({ management: 'dynamic', certificate: { selfSigned: validity } }).certificate, {
    selfSigned: { from: '2026-11-01T00:00:00Z', to: '2027-11-01T00:00:00Z' },
  })
})

test('a management point is a URL, or a URL with allowHttp', t => {
  const managementPoints = ['https://mp1.corp.example', { url: 'http://mp2:8080', allowHttp: true }]
  t.deepEqual(schema.parse({ management: 'dynamic', managementPoints }).managementPoints, [
    { url: 'https://mp1.corp.example', allowHttp: false },
    { url: 'http://mp2:8080', allowHttp: true },
  ])
})

test('messages are about the branch of a union that was meant', t => {
  const found = issuesOf({
    managementPoints: ['mp1', 'ftp://mp1', 'https://user:tulip@mp1', { url: 'mp1' }],
    certificate: { selfSigned: { from: '2026-11-31', to: '2027-11-01' } },
    keyboard: '../fr',
    prestart: { comand: 'x' },
    pasword: 'x',
  })
  for (const expected of [
    'managementPoints.0: expected the URL of a management point: https://mp1.corp.example',
    'managementPoints.1: expected the URL of a management point: https://mp1.corp.example',
    'managementPoints.2: a management point URL has no user name, password, query or fragment; leave them out',
    'managementPoints.3.url: expected the URL of a management point: https://mp1.corp.example',
    'certificate.selfSigned.from: expected a day as 2026-11-01, or a time as 2026-11-01T08:00:00Z',
    'keyboard: expected the name of a console keyboard map, for example us or fr',
    'prestart: Unrecognized key: "comand"',
    ': Unrecognized key: "pasword"',
  ])
    t.true(found.includes(expected), `${expected} is not in ${found.join('\n')}`)
  t.false(JSON.stringify(found).includes('tulip'))
})

test('unions have no message of their own, so that the kernel can name an unknown key', t => {
  const wrong = {
    password: { evn: 'A' },
    certificate: { selfsigned: {} },
    managementPoints: [{ uri: 'https://mp1' }],
    variables: { A: { Secret: 'x' } },
  }
  const issues = schema.safeParse({ management: 'dynamic', ...wrong }).error?.issues ?? []
  t.deepEqual(
    issues.map(({ code, message }) => [code, message]),
    Array(4).fill(['invalid_union', 'Invalid input']),
  )
  const found = issuesOf(wrong)
  for (const expected of [
    'password: Unrecognized key: "evn"',
    'certificate: Unrecognized key: "selfsigned"',
    'managementPoints.0: Unrecognized key: "uri"',
    'variables.A: Unrecognized key: "Secret"',
  ])
    t.true(found.includes(expected), expected)
})

test('a number that may change as text must be in quotes', t => {
  const isRefused = (value: number): boolean =>
    issuesOf({ variables: { A: value } })
      .join()
      .includes('put it in quotes')
  t.deepEqual([1.1, 1e21, Number('12345678901234567890'), 2 ** 53].map(isRefused), [true, true, true, true])
  t.deepEqual([7, 0, -1, 0x1f, Number.MAX_SAFE_INTEGER].map(isRefused), [false, false, false, false, false])
})

test('a prestart command that consists of spaces is refused', t => {
  t.regex(issuesOf({ prestart: { command: ' \t ' } }).join(), /^prestart\.command: expected a command/)
  t.is(schema.parse({ management: 'dynamic', prestart: { command: ' ./a ' } }).prestart?.command, './a')
})

test('the options describe themselves to editors', t => {
  const description = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  t.deepEqual(Object.keys(description.properties as object), Object.keys(siteOptions))
  t.deepEqual(description.required, ['management'])
})
