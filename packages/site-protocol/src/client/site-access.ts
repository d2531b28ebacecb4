import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as z from 'zod'
import { httpsUrl } from '../documents/fields.ts'

/** Credentials of an administrator, or of a build that publishes: the administrator.json created by `bootwright site init`. */
export interface SiteAccess {
  readonly url: string
  /** PEM: trust anchors for the site's certificates. */
  readonly authorities: readonly string[]
  readonly certificate: string
  readonly key: string
}
const siteAccess: z.ZodType<SiteAccess> = z.strictObject({
  url: httpsUrl,
  authorities: z.array(z.string()).min(1),
  certificate: z.string(),
  key: z.string(),
})

/** Decodes the text of a credentials file; undefined when it is not one. */
export function decodeAccess(text: string): SiteAccess | undefined {
  try {
    return siteAccess.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Reads a credentials file, relative to `folder`. Throws an `Error` that names the file. */
export async function readAccess(file: string, folder: string): Promise<SiteAccess> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(error => {
    throw new Error(`${file} cannot be read: ${error.code}; create it with "bootwright site init"`)
  })
  const access = decodeAccess(text)
  if (access) return access
  throw new Error(
    `${file} is not a credentials file; expected the administrator.json created by "bootwright site init"`,
  )
}
