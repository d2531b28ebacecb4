/** The sizes that people know by name, in bytes: what a disc of that name holds at the least. */
const NAMED: Readonly<Record<string, number>> = { '650MB': 650 * 1024 ** 2, '4GB': 4 * 10 ** 9, '8GB': 8 * 10 ** 9 }
const UNITS: Readonly<Record<string, number>> = { MB: 1000 ** 2, GB: 1000 ** 3, MiB: 1024 ** 2, GiB: 1024 ** 3 }

export const MEDIA_SIZE: RegExp = /^(unlimited|\d+(\.\d+)?(MB|GB|MiB|GiB))$/

/** Bytes that one medium holds; Infinity when it is unlimited. `text` matches {@link MEDIA_SIZE}. */
export function mediaSizeOf(text: string): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY
  const [, number = '', unit = ''] = /^([\d.]+)(\w+)$/.exec(text) ?? []
  return NAMED[text] ?? Math.floor(Number(number) * UNITS[unit]!)
}
