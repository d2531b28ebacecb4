export { type ImportedSettings, importCustomSettings } from './custom-settings.ts'
export { importSequence } from './import-sequence.ts'
export type { Imported } from './sequence.ts'
