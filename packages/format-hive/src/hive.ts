/** A key of the registry. Names are told apart without regard to case. */
export interface HiveKey {
  readonly name: string
  readonly keys: readonly HiveKey[]
  readonly values: readonly HiveValue[]
  /** Self-relative security descriptor ([MS-DTYP] 2.4.6); that of administrators and the system when absent. */
  readonly security?: Uint8Array | undefined
  readonly className?: string | undefined
  /** Whether it stands for another key, which its value `SymbolicLinkValue` names. */
  readonly isLink?: boolean | undefined
}

export interface HiveValue {
  /** Empty for the default value. */
  readonly name: string
  /** {@link VALUE_TYPE}, or another. */
  readonly type: number
  readonly data: Uint8Array
}

/** Types of values (winnt.h). */
export const VALUE_TYPE = {
  none: 0,
  string: 1,
  expandString: 2,
  binary: 3,
  dword: 4,
  multiString: 7,
  qword: 11,
} as const

export const stringValue = (name: string, text: string): HiveValue => ({
  name,
  type: VALUE_TYPE.string,
  data: Buffer.from(`${text}\0`, 'utf16le'),
})
export const multiStringValue = (name: string, texts: readonly string[]): HiveValue => ({
  name,
  type: VALUE_TYPE.multiString,
  data: Buffer.from(`${texts.map(text => `${text}\0`).join('')}\0`, 'utf16le'),
})
export const binaryValue = (name: string, data: Uint8Array): HiveValue => ({ name, type: VALUE_TYPE.binary, data })
export function dwordValue(name: string, value: number): HiveValue {
  const data = Buffer.alloc(4)
  data.writeUInt32LE(value)
  return { name, type: VALUE_TYPE.dword, data }
}

/** What a value of any type says, as text; up to the first NUL. */
export const textOf = ({ data }: HiveValue): string => Buffer.from(data).toString('utf16le').split('\0', 1)[0]!
export const textsOf = ({ data }: HiveValue): string[] =>
  Buffer.from(data)
    .toString('utf16le')
    .split('\0')
    .filter(text => text !== '')

const isNamed =
  (name: string) =>
  (each: { readonly name: string }): boolean =>
    each.name.toUpperCase() === name.toUpperCase()

/** The key below `key` by the names on the way to it. */
export function keyAt(key: HiveKey, ...names: readonly string[]): HiveKey | undefined {
  return names.reduce<HiveKey | undefined>((above, name) => above?.keys.find(isNamed(name)), key)
}
/** The root with a value set in the key below it by these names; keys that are missing are made. */
export function withValue(key: HiveKey, names: readonly string[], value: HiveValue): HiveKey {
  const [name, ...rest] = names
  if (name === undefined) return { ...key, values: [...key.values.filter(each => !isNamed(value.name)(each)), value] }
  const child = key.keys.find(isNamed(name))
  const changed = withValue(child ?? { name, keys: [], values: [], security: key.security }, rest, value)
  return { ...key, keys: [...key.keys.filter(each => each !== child), changed] }
}
export const valueNamed = (key: HiveKey, name: string): HiveValue | undefined => key.values.find(isNamed(name))
