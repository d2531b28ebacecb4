import type { Schema } from '@bootwright/api'
import * as z from 'zod'

/** Validated options. Paths are relative to the definition. */
export interface WinpeOptions {
  readonly adk?: string | undefined
  readonly iso?: string | undefined
  readonly folder?: string | undefined
  readonly wim?: string | undefined
  readonly index?: number | undefined
  readonly signedUnder?: Authority | undefined
  readonly pressAnyKey: boolean
  readonly scratchSpace?: number | undefined
  readonly inputLocale?: string | undefined
  readonly background?: string | undefined
  readonly drivers: readonly string[]
  readonly files?: string | undefined
}

/** Which of Microsoft's certificate authorities for Windows signed a boot program. */
export type Authority = '2011' | '2023'

const path = z.string().min(1)
const SOURCES = ['adk', 'iso', 'folder'] as const
/** What DISM takes (`/Set-ScratchSpace`). Megabytes. */
const SCRATCH_SPACES = [32, 64, 128, 256, 512, 1024] as const

/** YAML has numbers without quotes. */
const signedUnder = z.union([
  z.enum(['2011', '2023']),
  z.literal(2011).transform(() => '2011' as const),
  z.literal(2023).transform(() => '2023' as const),
])

/** Options of the boot image `winpe`. */
export const optionsSchema: Schema<WinpeOptions> = z
  .strictObject({
    adk: path.optional().describe('Folder of the Windows ADK with its Windows PE add-on'),
    iso: path.optional().describe('A Windows or Windows PE ISO; nothing is mounted'),
    folder: path.optional().describe('A folder with the files of a Windows PE medium, or what copype made'),
    wim: path.optional().describe("Used instead of the source's own boot.wim or winpe.wim"),
    index: z.int().min(1).optional().describe('Image of the WIM; the one that it says starts, or its only one'),
    signedUnder: signedUnder
      .optional()
      .describe('Windows Production PCA 2011 or Windows UEFI CA 2023; what is on the source when this is absent'),
    pressAnyKey: z.boolean().default(false).describe('Wait for a key before starting from a disc'),
    scratchSpace: z
      .literal(SCRATCH_SPACES)
      .optional()
      .describe('Megabytes that can be written while Windows PE runs; as in the image when absent'),
    inputLocale: z
      .string()
      .regex(/^[0-9a-f]{4}:[0-9a-f]{8}$/i, 'expected language and keyboard as 040c:0000040c')
      .optional()
      .describe('Keyboard layout from the start on'),
    background: path.optional().describe('JPEG or BMP shown behind everything'),
    drivers: z.array(path).default([]).describe('Folders of drivers, loaded at the start'),
    files: path.optional().describe('Folder laid over the image'),
  })
  .superRefine((options, context) => {
    const given = SOURCES.filter(each => options[each] !== undefined)
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        message: `expected one of ${SOURCES.map(each => `\`${each}\``).join(', ')}; found ${given.join(' and ') || 'none'}`,
      })
  })
