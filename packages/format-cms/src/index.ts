export type { CmsSigner } from './signer.ts'
