import { messageOf } from '../computer/errors.ts'
import type { Variables } from './variables.ts'

/** A line of the file that could not be taken; `line` counts from 1. */
export interface RefusedLine {
  readonly line: number
  readonly reason: string
}

/** Sets what the lines `NAME=VALUE` say. Empty lines and lines that begin with `#` mean nothing. The last one of a name counts. */
export function mergeEnvironmentFile(text: string, variables: Variables): readonly RefusedLine[] {
  const refused: RefusedLine[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    try {
      if (equals < 0) throw new Error('it has no "="; expected NAME=VALUE')
      variables.set(line.slice(0, equals).trim(), line.slice(equals + 1))
    } catch (error) {
      refused.push({ line: index + 1, reason: messageOf(error) })
    }
  }
  return refused
}
