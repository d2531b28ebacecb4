import type { Conversation } from '../computer/programs.ts'
import type { Terminal } from './terminal.ts'

/** Lets the people at the consoles talk with a program until it ends. Returns how it ended. */
export async function converse(terminal: Terminal, program: Conversation): Promise<number | string> {
  if (program.hasTerminal) {
    using _keys = terminal.keys(text => program.type(text))
    return await program.ended
  }
  const end = new AbortController()
  const lines = typeLines(terminal, program, end.signal)
  try {
    return await program.ended
  } finally {
    end.abort()
    await lines
  }
}

async function typeLines(terminal: Terminal, program: Conversation, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const line = await terminal.readLine({ signal, onInterrupt: program.interrupt }).catch(() => undefined)
    if (line !== undefined) program.type(`${line}\n`)
  }
}
