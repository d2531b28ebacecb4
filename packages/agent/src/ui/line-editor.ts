/** Characters of a line, so that a stuck key does not fill the memory. */
const LINE_LIMIT = 4000
/** Ctrl-C. */
const INTERRUPT = '\x03'

export interface EditResult {
  /** Text to echo. */
  readonly echo: string
  /** The line, once it is complete. */
  readonly line?: string | undefined
  /** Whether Ctrl-C was pressed. */
  readonly isInterrupted: boolean
  /** Input after the end of the line. */
  readonly rest: string
}

/** Edits one line. Backspace, Ctrl-U (all), Ctrl-W (a word) and Ctrl-C (all) delete; cursor keys are ignored. */
export interface LineEditor {
  edit(input: string): EditResult
}

/**
 * A key as terminals send it: an escape sequence (ECMA-48 5.4, SS3 of keypads, `ESC [ [ A` of Linux function keys), or one character. An
 * Escape that starts no sequence is a key by itself, so that it does not swallow the next key.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what keys send
const KEY = /\x1b\[\[?[0-?]*[ -/]*[@-~]|\x1bO[@-~]|\r\n|./gsu
/** The beginning of an incomplete escape sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED_KEY = /\x1b(?:\[\[?[0-?]*[ -/]*|O)?$/u

/** Without `isEchoed` only the end of the line is shown, not even the number of characters. */
export function lineEditor(isEchoed: boolean): LineEditor {
  let characters: string[] = []
  let unfinished = ''
  const erase = (count: number): string => {
    const erased = characters.splice(characters.length - count, count)
    return '\b \b'.repeat(erased.length)
  }
  const press = (key: string): string => {
    if (key === '\x7f' || key === '\b') return erase(Math.min(1, characters.length))
    if (key === '\x15' || key === INTERRUPT) return erase(characters.length)
    if (key === '\x17') return erase(lastWord(characters))
    if (/^\p{Control}/u.test(key) || characters.length >= LINE_LIMIT) return ''
    characters.push(key)
    return key
  }
  return {
    edit(input) {
      const all = unfinished + input
      unfinished = UNFINISHED_KEY.exec(all)?.[0] ?? ''
      let echo = ''
      let isInterrupted = false
      for (const { 0: key, index } of all.slice(0, all.length - unfinished.length).matchAll(KEY)) {
        if (key === '\r' || key === '\n' || key === '\r\n') {
          const line = characters.join('')
          characters = []
          return { echo: isEchoed ? `${echo}\n` : '\n', line, isInterrupted, rest: all.slice(index + key.length) }
        }
        isInterrupted ||= key === INTERRUPT
        echo += press(key)
      }
      return { echo: isEchoed ? echo : '', isInterrupted, rest: '' }
    },
  }
}

/** Characters of the last word, including the spaces after it. */
function lastWord(characters: readonly string[]): number {
  const end = characters.findLastIndex(character => character !== ' ')
  const start = end < 0 ? -1 : characters.lastIndexOf(' ', end)
  return characters.length - (start + 1)
}
