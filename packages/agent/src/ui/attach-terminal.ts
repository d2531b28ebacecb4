import type { InteractiveProgram } from '../computer/programs.ts'
import type { Terminal } from './terminal.ts'

/** Lets the people at the consoles talk with a program until it ends. Returns how it ended. */
export async function attachTerminal(terminal: Terminal, program: InteractiveProgram): Promise<number | string> {
  if (program.hasTerminal) {
    using _keys = terminal.keys(text => program.type(text))
    return await program.exit
  }
  const end = new AbortController()
  const lines = typeLines(terminal, program, end.signal)
  try {
    return await program.exit
  } finally {
    end.abort()
    await lines
  }
}

async function typeLines(terminal: Terminal, program: InteractiveProgram, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const line = await terminal.readLine({ signal, onInterrupt: program.interrupt }).catch(() => undefined)
    if (line !== undefined) program.type(`${line}\n`)
  }
}
