import { appendFileSync } from 'node:fs'
import type { Terminal } from './console/terminal.ts'
import type { Masker } from './mask.ts'
import type { Language, MessageName, Messages, TextName } from './messages/catalogue.ts'
import { catalogues } from './messages/catalogues.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Catalogue = () => Messages

/** Tells people on the consoles, in the medium's language, and keeps a log in English. Secrets are in neither. */
export interface Report {
  tell<N extends TextName>(level: Level, name: N, ...about: Parameters<Messages[N]>): void
  /** A line that programs wait for, the same in every language. */
  state(line: string, fields?: Readonly<Record<string, unknown>>): void
  /** Only for the log. */
  log(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Makes the text of a message that is part of another one. */
  readonly messages: Catalogue
  speak(language: Language): void
}

export interface ReportOptions {
  readonly terminal: Terminal
  readonly masker: Masker
  readonly now: () => Date
  /** Takes one line of the log. */
  readonly write: (line: string) => void
}

export function createReport({ terminal, masker, now, write }: ReportOptions): Report {
  let messages: Messages = catalogues.en
  const log: Report['log'] = (level, message, fields = {}) => {
    const entry = { time: now().toISOString(), level, message, ...fields }
    write(`${JSON.stringify(entry, (_, value) => (typeof value === 'string' ? masker.mask(value) : value))}\n`)
  }
  return {
    tell(level, name, ...about) {
      terminal.print(`${masker.mask(textOf(messages, name, about))}\n`)
      log(level, textOf(catalogues.en, name, about), about[0])
    },
    state(line, fields) {
      terminal.print(`${masker.mask(line)}\n`)
      log('info', line, fields)
    },
    log,
    messages: () => messages,
    speak(language) {
      messages = catalogues[language]
    },
  }
}

const textOf = (messages: Messages, name: MessageName, about: readonly unknown[]): string =>
  (messages[name] as (...about: readonly unknown[]) => string)(...about)

/** Appends to a file. A log that cannot be written does not stop the agent. */
export const logFile =
  (path: string): ReportOptions['write'] =>
  line => {
    try {
      appendFileSync(path, line, { mode: 0o600 })
    } catch {}
  }
