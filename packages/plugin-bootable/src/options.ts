import type { Schema } from '@bootwright/api'
import { type SharedOptions, sharedOptions } from '@bootwright/medium/options'
import { z } from 'zod'

/** A bootable medium carries no content of its own, so its options are those that types of media share. */
export type BootableOptions = SharedOptions

export const schema: Schema<BootableOptions> = z.strictObject(sharedOptions)
