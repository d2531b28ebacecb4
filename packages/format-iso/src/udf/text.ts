/** OSTA compressed Unicode, UDF 1.02 2.1.1: 8 or 16 bits for each UTF-16 code unit. */
const EIGHT = 8
const SIXTEEN = 16

export function encodeName(name: string): Buffer {
  const units = Array.from({ length: name.length }, (_, at) => name.charCodeAt(at))
  if (units.every(unit => unit <= 0xff)) return Buffer.from([EIGHT, ...units])
  return Buffer.from([SIXTEEN, ...units.flatMap(unit => [unit >> 8, unit & 0xff])])
}

/** Undefined for another compression, or half a code unit. */
export function decodeName(bytes: Uint8Array): string | undefined {
  const [compression] = bytes
  const text = Buffer.from(bytes.subarray(1))
  if (compression === EIGHT) return text.toString('latin1')
  return compression === SIXTEEN && text.length % 2 === 0 ? text.swap16().toString('utf16le') : undefined
}

/** UDF 1.02 2.1.3: the text, zeros, and in the last byte its length. Cut where it does not fit. */
export function dstring(text: string, size: number): Buffer {
  const field = Buffer.alloc(size)
  let kept = text
  while (encodeName(kept).length > size - 1) kept = kept.slice(0, -1)
  if (kept === '') return field
  const encoded = encodeName(kept)
  encoded.copy(field)
  field[size - 1] = encoded.length
  return field
}
export const decodeDstring = (field: Uint8Array): string => {
  const length = field.at(-1)!
  return (length > 0 && length < field.length && decodeName(field.subarray(0, length))) || ''
}
