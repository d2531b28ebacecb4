import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import { MachineError } from './errors.ts'

/** Lines of output that an error shows: a screen and a half. */
const SHOWN_LINES = 40

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** Position in the output to search from; 0 by default. */
  readonly after?: number | undefined
}

/** The output of a serial console, and pending waits for matches in it. */
export interface Transcript {
  readonly text: string
  add(data: Uint8Array): void
  /** Ends the output. Pending waits fail with `reason`. */
  end(reason: string): void
  waitFor(pattern: RegExp, options?: WaitOptions): Promise<RegExpExecArray>
}

export function createTranscript(): Transcript {
  const decoder = new StringDecoder('utf8')
  const waiters = new Set<() => void>()
  let text = ''
  let ended: string | undefined
  const changed = (): void => {
    for (const look of [...waiters]) look()
  }
  return {
    get text() {
      return text
    },
    add(data) {
      text += decoder.write(data as Buffer)
      changed()
    },
    end(reason) {
      ended ??= reason
      changed()
    },
    waitFor(pattern, { signal, after = 0 } = {}) {
      // A global copy has its own position, and `index` counts from the start of the output.
      const search = new RegExp(pattern, pattern.flags.replace(/[gy]/g, '').concat('g'))
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          waiters.delete(look)
          signal?.removeEventListener('abort', look)
        }
        const fail = (code: 'MACHINE_EXITED' | 'WAIT_ABORTED', why: string): void => {
          settle()
          const output = lastLines(text)
          const message = `waited for ${pattern}, but ${why}; the serial console printed last:\n${output}`
          reject(new MachineError(code, message, { output, cause: signal?.aborted ? signal.reason : undefined }))
        }
        const look = (): void => {
          search.lastIndex = after
          const match = search.exec(text)
          if (match) {
            settle()
            resolve(match)
          } else if (signal?.aborted) fail('WAIT_ABORTED', 'the wait was cancelled')
          else if (ended !== undefined) fail('MACHINE_EXITED', ended)
        }
        waiters.add(look)
        signal?.addEventListener('abort', look)
        look()
      })
    },
  }
}

/** The last non-empty lines, without terminal control sequences. */
export const lastLines = (text: string): string =>
  stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    .filter(line => line.trim() !== '')
    .slice(-SHOWN_LINES)
    .join('\n')
