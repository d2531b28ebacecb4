import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { en } from './messages/en.ts'
import { fr } from './messages/fr.ts'
import type { Messages } from './messages/messages.ts'

export const LANGUAGES = { en: 'English', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES
const catalogues: Readonly<Record<Language, Messages>> = { en, fr }

/** Messages and formats of one language. */
export interface Locale {
  readonly language: Language
  readonly messages: Messages
  /** Formats a date. */
  date(iso: string): string
  /** Formats a time of day. */
  time(iso: string): string
  /** Formats a relative time: `5 minutes ago`. */
  ago(iso: string, now: number): string
  /** Formats a size in decimal units: `1.2 GB`. */
  size(bytes: number): string
}

/** Formats follow the region of the browser when its language matches. */
export function localeOf(language: Language): Locale {
  const tag = navigator.languages.find(each => each.startsWith(language)) ?? language
  const dates = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
  const times = new Intl.DateTimeFormat(tag, { timeStyle: 'medium' })
  const spans = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  return {
    language,
    messages: catalogues[language],
    date: iso => dates.format(new Date(iso)),
    time: iso => times.format(new Date(iso)),
    ago(iso, now) {
      const seconds = Math.min(Math.round((new Date(iso).getTime() - now) / 1000), 0)
      if (seconds > -60) return spans.format(seconds, 'second')
      if (seconds > -3600) return spans.format(Math.round(seconds / 60), 'minute')
      if (seconds > -86_400) return spans.format(Math.round(seconds / 3600), 'hour')
      return spans.format(Math.round(seconds / 86_400), 'day')
    },
    size(bytes) {
      const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
      const format = new Intl.NumberFormat(tag, {
        style: 'unit',
        unit: UNITS[power]!,
        maximumFractionDigits: power === 0 ? 0 : 1,
      })
      return format.format(bytes / 1000 ** power)
    },
  }
}
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Key in the browser's local storage. */
const KEY = 'language'
/** The language chosen on this page; otherwise the browser's first language that is available. */
export function preferredLanguage(): Language {
  const candidates = [localStorage.getItem(KEY) ?? '', ...navigator.languages.map(each => each.slice(0, 2))]
  return candidates.find((each): each is Language => each in LANGUAGES) ?? 'en'
}
export const rememberLanguage = (language: Language): void => localStorage.setItem(KEY, language)

export const LocaleContext = createContext<Locale>(localeOf('en'))
export const useLocale = (): Locale => useContext(LocaleContext)
