import { PassThrough } from 'node:stream'
import type { Io } from '../src/io.ts'
import { run } from '../src/run.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Surroundings of its own for a command that runs in `cwd`. */
export const ioFor = (cwd: string): Io => ({
  argv: [],
  cwd,
  env: { BOOTWRIGHT_LIBRARY: `${cwd}/library` },
  platform: 'linux',
  home: cwd,
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  now: () => new Date('2026-11-24T12:00:00Z'),
  signal: new AbortController().signal,
})

/** Runs a command line in such surroundings. */
export async function runIn(cwd: string, argv: readonly string[], more: Partial<Io> = {}): Promise<Ran> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const written = { stdout: '', stderr: '' }
  stdout.on('data', chunk => (written.stdout += chunk))
  stderr.on('data', chunk => (written.stderr += chunk))
  const code = await run({ ...ioFor(cwd), argv, stdout, stderr, ...more })
  return { code, ...written }
}
