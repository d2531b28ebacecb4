import type { Schema } from '@bootwright/api'
import * as z from 'zod'
import type { SchemaLookup, ValidatedKind } from '../../src/config/validate-definition.ts'

/** The definition that fixes the names. */
export const EXAMPLE = `plugins:
  - '@bootwright/plugin-bootable'
  - '@bootwright/boot-linux'
  - '@bootwright/target-iso'
  - ['@acme/bootwright-plugin-hsm', { slot: 1 }]
site:
  code: P01
  managementPoints: [https://mp1.corp.example, https://mp2.corp.example]
  rootCertificates: [./corp-root.pem]
media:
  lab:
    type: bootable
    management: dynamic
    managementPoints: [https://mp3.corp.example]
    bootImage: { linux: { distribution: debian } }
    architecture: x64
    label: Lab boot
    autorun: false
    unattended: false
    unknownComputers: true
    userDeviceAffinity: none
    password: { env: LAB_MEDIA_PASSWORD }
    certificate: { selfSigned: { from: 2026-11-01, to: 2027-11-01 } }
    keyboard: fr
    language: fr
    debugShell: false
    variables: { OSDTimeZone: Europe/Paris, DomainPassword: { secret: { env: DOMAIN_PASSWORD } } }
    prestart: { command: ./ask-owner.sh, files: ./prestart }
    targets:
      - iso: { file: out/lab.iso, mediaSize: unlimited }
`

const secret = z.union([z.string(), z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })])

/** Shaped like the media type that the example uses. */
const bootable = z.strictObject({
  management: z.enum(['dynamic', 'site-based']).default('dynamic'),
  managementPoints: z.array(z.string()).optional(),
  autorun: z.boolean().default(false),
  unattended: z.boolean().default(false),
  unknownComputers: z.boolean().default(false),
  userDeviceAffinity: z.enum(['auto', 'pending', 'none']).default('none'),
  password: secret.optional(),
  certificate: z
    .union([
      z.strictObject({ selfSigned: z.strictObject({ from: z.iso.date(), to: z.iso.date() }) }),
      z.strictObject({ pkcs12: z.string(), password: secret.optional() }),
    ])
    .optional(),
  keyboard: z.string().optional(),
  language: z.string().optional(),
  debugShell: z.boolean().default(false),
  variables: z.record(z.string(), z.union([z.string(), z.strictObject({ secret })])).default({}),
  prestart: z.strictObject({ command: z.string(), files: z.string().optional() }).optional(),
})

/** A list of partitions may hold lists of partitions: its schema refers to itself. */
const partition = z.strictObject({
  name: z.string(),
  get inside() {
    return z.array(partition).optional()
  },
})

/** As another library would make it: no more than the standard asks. */
const foreign: Schema = {
  '~standard': {
    version: 1,
    vendor: 'foreign',
    validate: value =>
      Object.keys(value as object).includes('slt')
        ? { issues: [{ message: 'slt must be removed', path: ['slt'] }] }
        : { value },
    jsonSchema: {
      input: () => ({ type: 'object', properties: { slot: { type: 'number' } }, additionalProperties: false }),
      output: () => ({}),
    },
  },
}

const SCHEMAS: Readonly<Record<ValidatedKind, Readonly<Record<string, Schema>>>> = {
  mediaType: { bootable },
  bootImage: {
    linux: z.strictObject({ distribution: z.enum(['debian']).default('debian'), kernel: z.string().optional() }),
  },
  target: {
    iso: z.strictObject({
      file: z.string(),
      mediaSize: z.union([z.literal('unlimited'), z.number().positive()]).default('unlimited'),
    }),
    disk: z.strictObject({ partitions: z.array(partition).default([]) }),
  },
  signer: { foreign },
}

export const lookup: SchemaLookup = {
  names: kind => Object.keys(SCHEMAS[kind]),
  schema: (kind, name) => SCHEMAS[kind][name] as Schema,
}
