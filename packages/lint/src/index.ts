export type { Authority, EfiProgram, ProgramSigner } from './efi-program.ts'
export { type Finding, type Lint, lintMedium } from './lint-medium.ts'
