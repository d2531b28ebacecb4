import type { StartOptions } from '../computer/programs.ts'
import type { Computer } from './computer.ts'
import { converse } from './converse.ts'
import { maskedStream } from './masked-stream.ts'

export interface MaskedConversation extends Omit<StartOptions, 'onOutput'> {
  /** What was shown, in pieces. */
  readonly onShown?: (text: string) => void
}

/** Starts a program for the people at the consoles and waits for its end. Its output shows no secret. Returns how it ended. */
export async function converseMasked(
  { terminal, masker, programs }: Computer,
  { onShown = () => {}, ...started }: MaskedConversation,
): Promise<number | string> {
  const shown = maskedStream(masker, text => {
    terminal.print(text)
    onShown(text)
  })
  try {
    return await converse(terminal, programs.start({ ...started, onOutput: shown.write }))
  } finally {
    shown.end()
  }
}
