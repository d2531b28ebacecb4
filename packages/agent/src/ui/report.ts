import type { Masker } from './mask.ts'
import type { Language, MessageName, Messages, TextName } from './messages/catalogue.ts'
import { catalogues } from './messages/catalogues.ts'
import type { Terminal } from './terminal.ts'

/** Replaces a control character. */
const REPLACEMENT = '\ufffd'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Catalogue = () => Messages

/** Prints to the consoles in the medium's language and logs in English. Secrets are masked in both. */
export interface Report {
  print<N extends TextName>(level: Level, name: N, ...about: Parameters<Messages[N]>): void
  /** Prints a line for machines, the same in every language. */
  printStatus(line: string, fields?: Readonly<Record<string, unknown>>): void
  /** Passes each new log entry to `listener`, until the returned function is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  /** Writes to the log only. */
  log(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Messages in the current language, for texts that are part of others. */
  readonly messages: Catalogue
  setLanguage(language: Language): void
  /** Moves the logs to a folder. Does nothing when the folder cannot be written. */
  moveLogsTo(folder: string): Promise<void>
  /** Folder of the logs. */
  logFolder(): string
}

export interface ReportOptions {
  readonly terminal: Terminal
  readonly masker: Masker
  readonly now: () => Date
  readonly log: LogFiles
}

/** One entry of a log. */
export interface LogEntry {
  /** ISO 8601. */
  readonly time: string
  readonly level: Level
  readonly message: string
}
export interface LogFiles {
  write(entry: LogEntry & object): void
  moveTo(folder: string): Promise<void>
  /** Folder of the logs. */
  folder(): string
}

export function createReport({ terminal, masker, now, log: files }: ReportOptions): Report {
  let messages: Messages = catalogues.en
  const listeners = new Set<(entry: LogEntry) => void>()
  const masked = (fields: object): object =>
    JSON.parse(JSON.stringify(fields, (_, value) => (typeof value === 'string' ? masker.mask(value) : value)))
  const record = (level: Level, maskedMessage: string, fields: object = {}): void => {
    const entry = { time: now().toISOString(), level, message: maskedMessage, ...masked(fields) }
    files.write(entry)
    for (const listener of listeners) listener(entry)
  }
  const log: Report['log'] = (level, message, fields) => record(level, masker.mask(message), fields)
  return {
    print(level, name, ...about) {
      terminal.print(`${withoutControlCharacters(masker.mask(textOf(messages, name, about)))}\n`)
      log(level, textOf(catalogues.en, name, about), about[0])
    },
    printStatus(line, fields) {
      const text = maskedStatus(masker, line)
      // Always one line: a line end in a value would start a second status.
      terminal.print(`${withoutControlCharacters(text).replaceAll('\n', REPLACEMENT)}\n`)
      record('info', text, fields)
    },
    log,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    messages: () => messages,
    setLanguage(language) {
      messages = catalogues[language]
    },
    moveLogsTo: files.moveTo,
    logFolder: files.folder,
  }
}

/** Masks only the value: a secret may equal a keyword of the line. */
function maskedStatus(masker: Masker, line: string): string {
  const equals = line.indexOf('=')
  return equals < 0 ? line : line.slice(0, equals + 1) + masker.mask(line.slice(equals + 1))
}

/** Replaces control characters, which could move the cursor, clear the screen or make a terminal reply. */
const withoutControlCharacters = (text: string): string => text.replaceAll(/[^\P{Control}\n]/gu, REPLACEMENT)

const textOf = (messages: Messages, name: MessageName, about: readonly unknown[]): string =>
  (messages[name] as (...about: readonly unknown[]) => string)(...about)
