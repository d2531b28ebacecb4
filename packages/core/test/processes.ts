import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Starts a Node process of its own that runs a module beside `from`. */
export function start(from: string, script: string, ...values: readonly string[]): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL(script, from)), ...values], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let output = ''
  let errors = ''
  child.stdout?.on('data', chunk => {
    output += chunk
  })
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  return { code, output, errors }
}
