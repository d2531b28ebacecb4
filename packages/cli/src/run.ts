import { CommanderError } from 'commander'
import { ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { programFor } from './program.ts'
import { describeError } from './render/error.ts'

/** Runs one command line and returns its exit code. Throws nothing. */
export async function run(io: Io): Promise<number> {
  const program = programFor(io)
  try {
    await program.parseAsync([...io.argv], { from: 'user' })
    return ExitCode.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.wrong
    const isInterrupted = io.signal.aborted
    if (program.opts().json) io.stdout.write(`${JSON.stringify({ type: 'error', ...describeError(error) })}\n`)
    else
      io.stderr.write(
        `${isInterrupted ? 'interrupted; nothing that was there before was touched' : describeError(error).message}\n`,
      )
    if (isInterrupted) return ExitCode.interrupted
    const { code } = describeError(error)
    if (code === 'TEST_FAILED') return ExitCode.testFailed
    return code === 'DEFINITION' ? ExitCode.wrong : ExitCode.failed
  }
}
