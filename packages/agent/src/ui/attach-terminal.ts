import type { InteractiveProgram } from '../computer/programs.ts'
import type { Terminal } from './terminal.ts'

/** Connects the consoles to a program until it ends. Returns its exit code, or the signal that ended it. */
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
