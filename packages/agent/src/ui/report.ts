import type { Masker } from './mask.ts'
import type { Language, MessageName, Messages, TextName } from './messages/catalogue.ts'
import { catalogues } from './messages/catalogues.ts'
import type { Terminal } from './terminal.ts'

/** Stands for a control character. */
const REPLACEMENT = '\ufffd'

export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Catalogue = () => Messages

/** Tells people on the consoles, in the medium's language, and keeps a log in English. Secrets are in neither. */
export interface Report {
  print<N extends TextName>(level: Level, name: N, ...about: Parameters<Messages[N]>): void
  /** A line that programs wait for, the same in every language. */
  printStatus(line: string, fields?: Readonly<Record<string, unknown>>): void
  /** Tells of every entry of the log, as it is written, until the answer is called. */
  subscribe(listener: (entry: LogEntry) => void): () => void
  /** Only for the log. */
  log(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Makes the text of a message that is part of another one. */
  readonly messages: Catalogue
  setLanguage(language: Language): void
  /** From now on the logs are in this folder, with what they hold. A folder that cannot be written changes nothing. */
  moveLogsTo(folder: string): Promise<void>
  /** Where they are. */
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
  /** The folder that they are in. */
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
      // One line, whatever a value holds: a second one would be taken for a state of its own.
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

/** A secret may be one of the words that programs wait for: only a value is masked. */
function maskedStatus(masker: Masker, line: string): string {
  const equals = line.indexOf('=')
  return equals < 0 ? line : line.slice(0, equals + 1) + masker.mask(line.slice(equals + 1))
}

/** Text without what moves the cursor, clears a screen or makes a terminal answer: a medium may be a stranger's. */
const withoutControlCharacters = (text: string): string => text.replaceAll(/[^\P{Control}\n]/gu, REPLACEMENT)

const textOf = (messages: Messages, name: MessageName, about: readonly unknown[]): string =>
  (messages[name] as (...about: readonly unknown[]) => string)(...about)
