import { createHash } from 'node:crypto'
import * as z from 'zod'
import { sha256 } from './fields.ts'

/** Content stored at distribution points, identified by its digest. */
export interface Blob {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}
export const blob: z.ZodType<Blob> = z.strictObject({ sha256, size: z.int().min(0) })

/** SHA-256 digest as 64 hexadecimal digits. */
export const sha256Of = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/** The blob that consists of `data`. */
export const blobFor = (data: Uint8Array): Blob => ({ sha256: sha256Of(data), size: data.length })
