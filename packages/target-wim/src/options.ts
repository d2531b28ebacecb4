import * as z from 'zod'

export interface WimTargetOptions {
  readonly file: string
  readonly compression: 'none' | 'xpress' | 'lzx'
}

export const schema: z.ZodType<WimTargetOptions> = z.strictObject({
  file: z.string().min(1).describe('The WIM to write, relative to the definition.'),
  compression: z
    .enum(['none', 'xpress', 'lzx'])
    .default('xpress')
    .describe('`lzx` is smaller and slower. Contents that are already compressed are copied.'),
})
