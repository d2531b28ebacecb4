#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { ExitCode } from './exit-codes.ts'

// Halves the time to start. It works for what is imported from here on.
enableCompileCache()

/** What was interrupted has so long, in milliseconds, to remove what is not complete. A plugin may wait for ever. */
const PATIENCE = 10_000
const SHOW_CURSOR = '\u001b[?25h'

const interruption = new AbortController()
function leave(): never {
  if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
  process.exit(ExitCode.interrupted)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // The second time somebody means it.
    if (interruption.signal.aborted) leave()
    interruption.abort(new DOMException(`interrupted by ${signal}`, 'AbortError'))
    setTimeout(leave, PATIENCE).unref()
  })
// A reader that goes away (`| head`) ends what is shown, not what is done.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  })
// A plugin or a definition that ends the process must not look like success.
let isRunning = true
process.on('exit', code => {
  if (!isRunning || code !== 0) return
  process.exitCode = ExitCode.failed
  process.stderr.write('ended by something that called process.exit(); the work is not done\n')
})

const { run } = await import('./run.ts')
process.exitCode = await run({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  platform: process.platform,
  home: homedir(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  signal: interruption.signal,
})
isRunning = false
