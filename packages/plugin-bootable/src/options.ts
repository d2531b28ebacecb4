import type { Schema } from '@bootwright/api'
import { type SiteOptions, siteOptions } from '@bootwright/medium-format/options'
import * as z from 'zod'

/** A bootable medium carries no content of its own, so its options are those that types of media share. */
export type BootableOptions = SiteOptions

export const schema: Schema<BootableOptions> = z.strictObject(siteOptions)
