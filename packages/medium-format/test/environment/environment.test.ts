import test from 'ava'
import fc from 'fast-check'
import { MediumError } from '../../src/document/medium-error.ts'
import {
  decodeEnvironment,
  ENVIRONMENT_BLOCK,
  type Environment,
  encodeEnvironment,
} from '../../src/environment/environment.ts'

const environment: Environment = {
  formatVersion: 1,
  management: 'site-based',
  managementPoints: [{ url: 'https://mp1.corp.example', allowHttp: false }],
  rootCertificates: [],
  prestart: { command: './ask.sh' },
  variables: { _SMSTSMediaType: { value: 'BootMedia' }, DomainPassword: { value: 'tulip', isSecret: true } },
}
const golden = `{
  "formatVersion": 1,
  "management": "site-based",
  "managementPoints": [
    {
      "allowHttp": false,
      "url": "https://mp1.corp.example"
    }
  ],
  "prestart": {
    "command": "./ask.sh"
  },
  "rootCertificates": [],
  "variables": {
    "DomainPassword": {
      "isSecret": true,
      "value": "tulip"
    },
    "_SMSTSMediaType": {
      "value": "BootMedia"
    }
  }
}`
const errorOf = (value: unknown): MediumError => {
  try {
    decodeEnvironment(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
  } catch (error) {
    if (error instanceof MediumError) return error
  }
  throw new Error('accepted')
}

test('an environment is canonical JSON, spaces, and a line end in the last byte of a block', t => {
  t.is(Buffer.from(encodeEnvironment(environment)).toString(), `${golden.padEnd(ENVIRONMENT_BLOCK - 1)}\n`)
  t.deepEqual(decodeEnvironment(Buffer.from(golden)), environment)
  t.is(encodeEnvironment(environment, ENVIRONMENT_BLOCK + 1).length, 2 * ENVIRONMENT_BLOCK)
})

test('every environment survives a round trip, and its size is a multiple of a block', t => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,40}$/)
  const variable = fc.record({ value: fc.string({ unit: 'grapheme', maxLength: 300 }), isSecret: fc.boolean() })
  const variables = fc
    .uniqueArray(fc.tuple(name, variable), { selector: ([key]) => key.toLowerCase(), maxLength: 100 })
    .map(entries => Object.fromEntries(entries.filter(([key]) => key !== '__proto__')))
  const any = fc.record(
    {
      formatVersion: fc.constant(1 as const),
      management: fc.constantFrom('dynamic' as const, 'site-based' as const),
      managementPoints: fc.array(fc.record({ url: fc.webUrl(), allowHttp: fc.boolean() })),
      rootCertificates: fc.constant(['-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n']),
      prestart: fc.record({ command: fc.string({ minLength: 1 }) }),
      variables,
    },
    { requiredKeys: ['formatVersion', 'management', 'managementPoints', 'rootCertificates', 'variables'] },
  )
  fc.assert(
    fc.property(any, value => {
      const encoded = encodeEnvironment(value)
      t.is(encoded.length % ENVIRONMENT_BLOCK, 0)
      t.deepEqual(decodeEnvironment(encoded), value)
    }),
  )
})

test('variables that differ only in case are refused', t => {
  const error = errorOf({ ...environment, variables: { Name: { value: 'a' }, NAME: { value: 'b' } } })
  t.is(error.code, 'ENVIRONMENT_INVALID')
  t.is(error.where, 'variables')
})

test('a variable named __proto__ does not change a prototype', t => {
  const text = JSON.stringify(environment).replace('"DomainPassword"', '"__proto__"')
  const { variables } = decodeEnvironment(Buffer.from(text))
  t.is(Object.getPrototypeOf(variables), Object.prototype)
  t.is((variables as Record<string, unknown>).isSecret, undefined)
})

test('no error quotes a value', t => {
  const broken = [
    `{"variables":{"A":{"value":"tulip"}} tulip`,
    'tulip',
    { ...environment, variables: { A: { value: 'tulip', isSecret: 'tulip' } } },
    { ...environment, variables: { A: 'tulip' } },
    { ...environment, certificate: { certificate: 'tulip', key: 'tulip' } },
    { ...environment, managementPoints: [{ url: 'tulip', allowHttp: false }] },
    { ...environment, management: 'tulip' },
    { ...environment, formatVersion: 'tulip' },
  ]
  for (const each of broken) {
    const error = errorOf(each)
    t.is(error.code, 'ENVIRONMENT_INVALID')
    t.is(error.cause, undefined)
    t.false(`${error.stack}${error.where}`.includes('tulip'))
  }
})

test('another format version is reported', t => {
  t.is(errorOf({ formatVersion: 7 }).code, 'ENVIRONMENT_VERSION')
})

test('an environment that would be too large to read is not written', t => {
  const limit = 4 * 1024 * 1024
  const large = (length: number): Environment => ({
    ...environment,
    rootCertificates: [`-----BEGIN CERTIFICATE-----\n${'A'.repeat(length)}`],
  })
  const overhead = new TextDecoder().decode(encodeEnvironment(large(0))).trimEnd().length
  const largest = large(limit - overhead - 1)
  t.is(encodeEnvironment(largest).length, limit)
  t.deepEqual(decodeEnvironment(encodeEnvironment(largest)), largest)
  t.throws(() => encodeEnvironment(large(limit - overhead)), {
    code: 'ENVIRONMENT_INVALID',
    message: /4198400 bytes, at most 4194304 are accepted/,
  })
  t.throws(() => encodeEnvironment(environment, limit + 1), { code: 'ENVIRONMENT_INVALID' })
})
