import type { SecretText } from '../definitions/common.ts'

/** The text behind what was written; on the target a secret is `{ secret: 'the text' }`. */
export const revealed = (value: SecretText): string =>
  typeof value === 'string' ? value : (value.secret as unknown as string)
