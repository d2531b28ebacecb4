import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as z from 'zod'

/** What an administrator needs to talk to a site: the file that `bootwright site init` makes. */
export interface SiteAccess {
  readonly url: string
  readonly authorities: readonly string[]
  readonly certificate: string
  readonly key: string
}
const schema: z.ZodType<SiteAccess> = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  authorities: z.array(z.string()).min(1),
  certificate: z.string(),
  key: z.string(),
})

/** Throws what is wrong with the file. */
export async function readAccess(file: string, folder: string): Promise<SiteAccess> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(error => {
    throw new Error(`${file} cannot be read (${error.code}); it is made by: bootwright site init`)
  })
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new Error(`${file} is no access to a site; expected the administrator.json that bootwright site init makes`)
  }
}
