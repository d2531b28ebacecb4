import type { Gathered } from './gathered.ts'

/** One step of a document: its command line, and its variables by their names in lower case. */
export interface SourceStep {
  readonly name: string
  readonly type: string
  readonly action: string
  value(name: string): string
  /** Whether a variable is hidden: its value was left out when the sequence was exported. */
  isHidden(name: string): boolean
}

/** What a step becomes: the name of ours and its options; undefined when there is none. */
export type Converted = Readonly<Record<string, unknown>> | undefined
export type Convert = (step: SourceStep, gathered: Gathered, note: (what: string) => void) => Converted

/** Where the files of a content are expected. */
export const source = (name: string): { readonly source: string } => ({ source: `./${name.replaceAll(/[{}]/g, '')}` })

/** Of a value that an export leaves out. */
export const environmentName = (name: string): string => name.toUpperCase().replaceAll('-', '_')
