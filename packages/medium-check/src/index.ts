export type { Authority, EfiProgram, ProgramSigner } from './efi-program.ts'
export { type Finding, type Lint, lintMedium } from './lint-medium.ts'
export { type FileProblem, type Verification, type VerifyOptions, verifyMedium } from './verify-medium.ts'
