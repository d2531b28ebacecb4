import { Ajv2020 } from 'ajv/dist/2020.js'
import test from 'ava'
import { parseDocument } from 'yaml'
import * as z from 'zod'
import { definitionJsonSchema } from '../../src/config/json-schema.ts'
import type { ValidatedKind } from '../../src/config/validate-definition.ts'
import { EXAMPLE, lookup } from './example.ts'

const schema = definitionJsonSchema(lookup)
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false,
  allErrors: true,
})
const validate = ajv.compile(schema)
type Path = readonly (string | number)[]
const LAB = ['media', 'lab'] as const

/** Validation errors of the example with `value` at `path`. */
function errors(path: Path = [], value?: unknown): string[] {
  const document = parseDocument(EXAMPLE)
  if (value !== undefined) document.setIn(path, document.createNode(value))
  else if (path.length > 0) document.deleteIn(path)
  return validate(document.toJS()) ? [] : validate.errors!.map(each => `${each.instancePath} ${each.keyword}`)
}

test('the example is valid', t => {
  t.deepEqual(errors(), [])
})

test('the schema is valid in its dialect and has no external references', t => {
  t.is(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  t.true(ajv.validateSchema(schema))
  for (const [, reference] of JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)) t.regex(reference!, /^#\/\$defs\//)
})

test('unknown keys are refused at every level', t => {
  t.deepEqual(errors(['medium'], {}), [' additionalProperties'])
  t.deepEqual(errors(['site', 'cod'], 'P01'), ['/site additionalProperties'])
  t.true(errors([...LAB, 'targts'], []).includes('/media/lab additionalProperties'))
  t.true(errors([...LAB, 'targets', 0, 'iso', 'fil'], '').includes('/media/lab/targets/0/iso additionalProperties'))
})

test('names of contributions are known', t => {
  t.true(errors([...LAB, 'type'], 'other').includes('/media/lab/type enum'))
  t.true(errors([...LAB, 'type']).includes('/media/lab required'))
  t.true(errors([...LAB, 'targets', 0], { usb: {} }).includes('/media/lab/targets/0 additionalProperties'))
  t.true(errors([...LAB, 'bootImage'], { linux: { distribution: 'x' } }).some(each => each.endsWith('enum')))
})

test('a name without options is accepted if no option is required', t => {
  t.deepEqual(errors([...LAB, 'targets'], ['disk', { disk: null }]), [])
  t.deepEqual(errors([...LAB, 'bootImage'], 'linux'), [])
  t.true(errors([...LAB, 'targets'], ['iso']).length > 0)
})

test('a recursive schema stays recursive', t => {
  const nested = (name: unknown): unknown => [{ disk: { partitions: [{ name: 'a', inside: [{ name }] }] } }]
  t.deepEqual(errors([...LAB, 'targets'], nested('b')), [])
  t.true(errors([...LAB, 'targets'], nested(5)).some(each => each.endsWith('/inside/0/name type')))
})

test('the schema is valid without plugins', t => {
  const bare = definitionJsonSchema({ ...lookup, names: () => [] })
  t.true(
    new Ajv2020({ strict: true, strictTypes: false, validateFormats: false }).compile(bare)({
      media: { lab: { type: 'x' } },
    }),
  )
})

test("the kernel's keys are accepted in each branch of a media type's schema", t => {
  const shared = z.strictObject({ note: z.string() }).meta({ id: 'note' })
  const forms = z.union([
    z.strictObject({ capture: shared }),
    z.strictObject({ restore: shared, again: shared.optional() }),
  ])
  const names = (kind: ValidatedKind): string[] => (kind === 'mediaType' ? ['acme/forms'] : [])
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(
    definitionJsonSchema({ names, schema: () => forms }),
  )
  const lab = (more: object): object => ({ media: { lab: { type: 'acme/forms', label: 'x', ...more } } })
  t.true(fits(lab({ capture: { note: 'a' } })))
  t.true(fits(lab({ restore: { note: 'a' }, again: { note: 'b' } })))
  t.false(fits(lab({ capture: { note: 1 } })))
  t.false(fits(lab({ capture: { note: 'a' }, restore: { note: 'a' } })))
  t.false(fits(lab({ capture: { note: 'a' }, lable: 'x' })))
})

test('descriptions are included for editors', t => {
  const medium = schema.$defs?.['mediaType.bootable']
  for (const key of [
    'type',
    'label',
    'architecture',
    'bootImage',
    'targets',
    'signers',
    'bootSigner',
    'serial',
    'unsigned',
    'date',
  ])
    t.is(typeof medium?.properties?.[key]?.description, 'string', key)
})
