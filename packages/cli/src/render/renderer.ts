import type { BuildEvent } from '@bootwright/core'
import type { Io } from '../io.ts'
import { jsonRenderer } from './json.ts'
import { plainRenderer } from './plain.ts'
import { terminalRenderer } from './terminal.ts'

/** Shows what a build tells. `close` leaves the terminal as it was. */
export interface Renderer extends Disposable {
  show(event: BuildEvent): void
}

export function rendererFor(
  io: Io,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): Renderer {
  if (json) return jsonRenderer(io.stdout)
  return io.stderr.isTTY && io.env.TERM !== 'dumb' ? terminalRenderer(io, verbose) : plainRenderer(io.stderr, verbose)
}
