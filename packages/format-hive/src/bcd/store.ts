import { decodeHive } from '../decode-hive.ts'
import { encodeHive, type HiveOptions } from '../encode-hive.ts'
import { HiveError } from '../error.ts'
import {
  binaryValue,
  dwordValue,
  type HiveKey,
  type HiveValue,
  keyAt,
  multiStringValue,
  stringValue,
  textOf,
  textsOf,
  valueNamed,
} from '../hive.ts'
import { type BcdDevice, decodeDevice, encodeDevice } from './device.ts'

/** Objects by id: lower case, without braces. */
export type BcdStore = ReadonlyMap<string, BcdObject>
export interface BcdObject {
  /** {@link BCD_TYPE}, or another. */
  readonly type: number
  /** By number: {@link BCD_ELEMENT}, or another. The number says what kind of value it has. */
  readonly elements: ReadonlyMap<number, BcdValue>
}
export type BcdValue = BcdDevice | string | readonly string[] | bigint | boolean | Uint8Array

/** The second digit of an element's number. */
const FORMAT = { device: 1, string: 2, object: 3, objects: 4, integer: 5, boolean: 6 } as const
const formatOf = (element: number): number => (element >>> 24) & 0xf

/** What bcdedit names the hive of a store. */
const ROOT_NAME = 'NewStoreRoot'

/** A boot configuration store. The same objects and date give the same bytes. Throws {@link HiveError}. */
export function encodeBcd(store: BcdStore, options: HiveOptions): Buffer {
  const key = (name: string, keys: readonly HiveKey[], values: readonly HiveValue[] = []): HiveKey => ({
    name,
    keys,
    values,
  })
  const objects = [...store].map(([id, { type, elements }]) =>
    key(`{${id}}`, [
      key('Description', [], [dwordValue('Type', type)]),
      key(
        'Elements',
        [...elements].map(([element, value]) => key(nameOf(element), [], [valueFor(element, value, id)])),
      ),
    ]),
  )
  const description = key(
    'Description',
    [],
    [stringValue('KeyName', 'BCD00000000'), dwordValue('System', 1), dwordValue('TreatAsSystem', 1)],
  )
  return encodeHive(key(ROOT_NAME, [description, key('Objects', objects)]), options)
}

const nameOf = (element: number): string => element.toString(16).padStart(8, '0')
const braced = (id: string): string => `{${id}}`
const bare = (text: string): string => text.replace(/^\{(.*)\}$/, '$1').toLowerCase()

function valueFor(element: number, value: BcdValue, id: string): HiveValue {
  const format = formatOf(element)
  const name = 'Element'
  if (value instanceof Uint8Array) return binaryValue(name, value)
  if (format === FORMAT.device && isDevice(value)) return binaryValue(name, encodeDevice(value))
  if (format === FORMAT.string && typeof value === 'string') return stringValue(name, value)
  if (format === FORMAT.object && typeof value === 'string') return stringValue(name, braced(value))
  if (format === FORMAT.objects && Array.isArray(value)) return multiStringValue(name, value.map(braced))
  if (format === FORMAT.boolean && typeof value === 'boolean') return binaryValue(name, Uint8Array.of(value ? 1 : 0))
  if (format === FORMAT.integer && typeof value === 'bigint') {
    const data = Buffer.alloc(8)
    data.writeBigUInt64LE(value)
    return binaryValue(name, data)
  }
  throw new HiveError(
    'BCD_ELEMENT',
    'BCD element',
    `element ${nameOf(element)} of {${id}} cannot have the value ${describe(value)}`,
  )
}
const isDevice = (value: BcdValue): value is BcdDevice => typeof value === 'object' && 'kind' in value
const describe = (value: BcdValue): string => (typeof value === 'bigint' ? `${value}` : JSON.stringify(value))

/** Reads a store. Values of formats that are not known are bytes. Throws {@link HiveError}. */
export function decodeBcd(file: Uint8Array): BcdStore {
  const objects = keyAt(decodeHive(file), 'Objects')
  if (!objects)
    throw new HiveError('BCD_STORE', 'BCD object', 'the hive has no key Objects: it is no boot configuration store')
  const store = new Map<string, BcdObject>()
  for (const object of objects.keys) {
    const description = keyAt(object, 'Description')
    const type = description && valueNamed(description, 'Type')
    if (!type || type.data.length < 4)
      throw new HiveError('BCD_STORE', 'BCD object', `${object.name} has no type`, { path: `Objects\\${object.name}` })
    const elements = new Map<number, BcdValue>()
    for (const { name, values } of keyAt(object, 'Elements')?.keys ?? []) {
      const value = values.find(each => each.name.toUpperCase() === 'ELEMENT')
      if (!value || !/^[0-9a-f]{8}$/i.test(name))
        throw new HiveError('BCD_ELEMENT', 'BCD element', `${name} of ${object.name} has no value`, {
          path: `Objects\\${object.name}\\Elements\\${name}`,
        })
      const element = Number.parseInt(name, 16)
      elements.set(element, decodeValue(element, value))
    }
    store.set(bare(object.name), { type: Buffer.from(type.data).readUInt32LE(0), elements })
  }
  return store
}

function decodeValue(element: number, value: HiveValue): BcdValue {
  const { data } = value
  switch (formatOf(element)) {
    case FORMAT.device:
      return decodeDevice(data)
    case FORMAT.string:
      return textOf(value)
    case FORMAT.object:
      return bare(textOf(value))
    case FORMAT.objects:
      return textsOf(value).map(bare)
    case FORMAT.integer:
      return data.length === 8 ? Buffer.from(data).readBigUInt64LE(0) : data
    case FORMAT.boolean:
      return data.length === 1 ? data[0] !== 0 : data
    default:
      return data
  }
}
