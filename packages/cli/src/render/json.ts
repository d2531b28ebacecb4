import type { Writable } from 'node:stream'
import type { Renderer } from './renderer.ts'

/** One event a line. */
export const jsonRenderer = (out: Writable): Renderer => ({
  show: event => void out.write(`${JSON.stringify(event)}\n`),
  [Symbol.dispose]() {},
})
