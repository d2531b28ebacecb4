import type { StartOptions } from '../computer/programs.ts'
import { attachTerminal } from './attach-terminal.ts'
import type { Computer } from './computer.ts'
import { maskedStream } from './masked-stream.ts'

export interface InteractiveOptions extends Omit<StartOptions, 'onOutput'> {
  /** What was shown, in pieces. */
  readonly onPrinted?: (text: string) => void
}

/** Starts a program for the people at the consoles and waits for its end. Its output shows no secret. Returns how it ended. */
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
