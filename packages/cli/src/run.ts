import { CommanderError } from 'commander'
import { ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { programFor } from './program.ts'
import { describeError } from './render/error.ts'

/** Codes of what is wrong with the command line or the definition, found before anything was begun. */
const WRONG: ReadonlySet<string> = new Set([
  'USAGE',
  'DEFINITION',
  'DEFINITION_NOT_FOUND',
  'DEFINITION_UNREADABLE',
  'MEDIA_SIZE',
  'BOOT_IMAGE_ARCHITECTURE',
  'ARCHITECTURE_WRONG',
  'CONTENT_UNREADABLE',
])

const OWN: Readonly<Record<string, number>> = {
  TEST_FAILED: ExitCode.testFailed,
  NOT_VERIFIED: ExitCode.notVerified,
  LINT: ExitCode.notVerified,
  SIGNATURE_PENDING: ExitCode.signaturePending,
}

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
        `${isInterrupted ? 'interrupted; outputs are as they were before. What was being updated in place, or written to a disk, says that it is incomplete: run it again' : describeError(error).message}\n`,
      )
    if (isInterrupted) return ExitCode.interrupted
    const { code } = describeError(error)
    if (code === undefined) return ExitCode.failed
    return OWN[code] ?? (WRONG.has(code) ? ExitCode.wrong : ExitCode.failed)
  }
}
