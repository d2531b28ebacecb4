import type { Console } from '../computer/console.ts'
import { AgentError } from '../computer/errors.ts'
import { lineEditor } from './line-editor.ts'

/** Characters typed ahead that are stored for the next reader. */
const TYPE_AHEAD_LIMIT = 4096

/** All consoles as one: output goes to each, input comes from any. */
export interface Terminal {
  /** Prints text with `\n` line ends. */
  print(text: string): void
  /** Passes keys to `reader` as they are pressed, until disposed. One reader at a time. */
  keys(reader: (text: string) => void): Disposable
  /** Reads a line, without its end. Throws the reason of the signal. */
  readLine(options?: ReadLineOptions): Promise<string>
  /** Discards keys that were typed ahead. */
  discardKeys(): void
  flush(): Promise<void>
}
export interface ReadLineOptions {
  /** Whether input is echoed; true by default. */
  readonly isEchoed?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called on Ctrl-C, which also deletes the line. */
  readonly onInterrupt?: (() => void) | undefined
}

/** Throws {@link AgentError} `NO_CONSOLE` for an empty list. A console that fails is removed and passed to `onLost`. */
export function createTerminal(
  opened: readonly Console[],
  onLost: (console: Console, error: Error) => void = () => {},
): Terminal {
  if (opened.length === 0)
    throw new AgentError('NO_CONSOLE', 'no console can be opened; set another one in BOOTWRIGHT_CONSOLES')
  const consoles = new Set(opened)
  let typedAhead = ''
  let reader: ((text: string) => void) | undefined

  const print = (text: string): void => {
    for (const console of consoles) console.write(text)
  }
  const keys = (next: (text: string) => void): Disposable => {
    reader = next
    const waiting = typedAhead
    typedAhead = ''
    if (waiting !== '') next(waiting)
    return {
      [Symbol.dispose]() {
        if (reader === next) reader = undefined
      },
    }
  }
  for (const console of opened) {
    let last = ''
    console.listen({
      input(typed) {
        // Some terminals send Enter as two characters, which may arrive separately.
        const text = last === '\r' && typed.startsWith('\n') ? typed.slice(1) : typed
        last = typed.at(-1) ?? last
        if (text === '') return
        if (reader) reader(text)
        else typedAhead = (typedAhead + text).slice(0, TYPE_AHEAD_LIMIT)
      },
      lost(error) {
        if (!consoles.delete(console)) return
        console.close()
        onLost(console, error)
      },
    })
  }
  return {
    print,
    keys,
    readLine({ isEchoed = true, signal, onInterrupt } = {}) {
      return new Promise((resolve, reject) => {
        const editor = lineEditor(isEchoed)
        let reading: Disposable | undefined
        let isDone = false
        const finish = (): void => {
          isDone = true
          reading?.[Symbol.dispose]()
          signal?.removeEventListener('abort', abort)
        }
        const abort = (): void => {
          finish()
          reject(signal?.reason)
        }
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort)
        reading = keys(text => {
          const { echo, line, isInterrupted, rest } = editor.edit(text)
          if (echo !== '') print(echo)
          if (isInterrupted) onInterrupt?.()
          if (line === undefined) return
          finish()
          typedAhead = rest
          resolve(line)
        })
        // The whole line was typed ahead: it was read before `reading` was assigned.
        if (isDone) reading[Symbol.dispose]()
      })
    },
    discardKeys() {
      typedAhead = ''
    },
    async flush() {
      await Promise.all([...consoles].map(console => console.flush()))
    },
  }
}
