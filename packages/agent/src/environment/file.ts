import { messageOf } from '../computer/errors.ts'
import type { Variables } from './variables.ts'

/** A line of the file that was refused; `line` counts from 1. */
export interface RefusedLine {
  readonly line: number
  readonly reason: string
}

/** Sets variables from `NAME=VALUE` lines. Empty lines and lines that begin with `#` are ignored. The last value of a name counts. */
export function mergeEnvironmentFile(text: string, variables: Variables): readonly RefusedLine[] {
  const refused: RefusedLine[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    try {
      if (equals < 0) throw new Error('missing "="; expected NAME=VALUE')
      variables.set(line.slice(0, equals).trim(), line.slice(equals + 1))
    } catch (error) {
      refused.push({ line: index + 1, reason: messageOf(error) })
    }
  }
  return refused
}
