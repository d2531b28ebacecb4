import { inspect } from 'node:util'
import type { Secret } from '@bootwright/api'
import { MASK } from './mask.ts'

/** A secret whose value only `reveal` returns: printing, JSON, templates and `structuredClone` do not show it. */
export function hidden(origin: string, value: string): Secret {
  const masked = (): string => MASK
  const secret = { origin }
  for (const [key, get] of [
    ['reveal', () => value],
    ['toString', masked],
    ['toJSON', masked],
    [Symbol.toPrimitive, masked],
    [inspect.custom, masked],
  ] as const)
    Object.defineProperty(secret, key, { value: get, enumerable: false })
  return Object.freeze(secret) as Secret
}
