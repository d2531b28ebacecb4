import type { StartOptions } from '../computer/programs.ts'
import { attachTerminal } from './attach-terminal.ts'
import type { Computer } from './computer.ts'
import { maskedStream } from './masked-stream.ts'

export interface InteractiveOptions extends Omit<StartOptions, 'onOutput'> {
  /** Receives the printed text, in pieces. */
  readonly onPrinted?: (text: string) => void
}

/** Runs a program at the consoles, with secrets masked in its output. Returns its exit code, or the signal that ended it. */
export async function runInteractive(
  { terminal, masker, programs }: Computer,
  { onPrinted = () => {}, ...started }: InteractiveOptions,
): Promise<number | string> {
  const shown = maskedStream(masker, text => {
    terminal.print(text)
    onPrinted(text)
  })
  try {
    return await attachTerminal(terminal, programs.start({ ...started, onOutput: shown.write }))
  } finally {
    shown.end()
  }
}
