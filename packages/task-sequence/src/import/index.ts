export { type ImportedSettings, importCustomSettings } from './custom-settings.ts'
export type { Imported } from './gathered.ts'
export { importSequence } from './import-sequence.ts'
