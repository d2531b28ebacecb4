import type { Io } from '../io.ts'
import { jsonRenderer } from './json.ts'
import { plainRenderer } from './plain.ts'
import type { Renderer } from './renderer.ts'

export async function rendererFor(
  io: Io,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): Promise<Renderer> {
  if (json) return jsonRenderer(io.stdout)
  if (!io.stderr.isTTY || io.env.TERM === 'dumb') return plainRenderer(io.stderr, verbose)
  const { terminalRenderer } = await import('./terminal.ts')
  return terminalRenderer(io, verbose)
}
