import type { BuildEvent } from '@bootwright/core'
import type { Io } from '../io.ts'
import { jsonRenderer } from './json.ts'
import { plainRenderer } from './plain.ts'

/** Shows what a build tells. `close` leaves the terminal as it was. */
export interface Renderer extends Disposable {
  show(event: BuildEvent): void
}

export async function rendererFor(
  io: Io,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): Promise<Renderer> {
  if (json) return jsonRenderer(io.stdout)
  if (!io.stderr.isTTY || io.env.TERM === 'dumb') return plainRenderer(io.stderr, verbose)
  const { terminalRenderer } = await import('./terminal.ts')
  return terminalRenderer(io, verbose)
}
