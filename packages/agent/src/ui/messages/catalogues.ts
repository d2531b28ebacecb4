import type { Language, Messages } from './catalogue.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

export const catalogues: Readonly<Record<Language, Messages>> = { en, fr }
