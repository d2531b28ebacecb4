import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { en } from './messages/en.ts'
import { fr } from './messages/fr.ts'
import type { Messages } from './messages/messages.ts'

export const LANGUAGES = { en: 'English', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES
const catalogues: Readonly<Record<Language, Messages>> = { en, fr }

export interface Speech {
  readonly language: Language
  readonly messages: Messages
  /** A day. */
  date(iso: string): string
  time(iso: string): string
  /** `5 minutes ago`. */
  ago(iso: string, now: number): string
  /** `1.2 GB`, of 1000 each. */
  size(bytes: number): string
}

/** Dates and numbers are those of the browser's country, when it speaks that language. */
export function speechOf(language: Language): Speech {
  const locale = navigator.languages.find(each => each.startsWith(language)) ?? language
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const times = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
  const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
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
      const format = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: UNITS[power]!,
        maximumFractionDigits: power === 0 ? 0 : 1,
      })
      return format.format(bytes / 1000 ** power)
    },
  }
}
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const KEY = 'language'
/** As it was chosen here; else the first of the browser's that there is. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(KEY) ?? '', ...navigator.languages.map(each => each.slice(0, 2))]
  return wanted.find((each): each is Language => each in LANGUAGES) ?? 'en'
}
export const rememberLanguage = (language: Language): void => localStorage.setItem(KEY, language)

export const SpeechContext = createContext<Speech>(speechOf('en'))
export const useSpeech = (): Speech => useContext(SpeechContext)
