import * as z from 'zod'

/** What an administrator, or what builds media, needs to talk to a site: the file that `bootwright site init` makes. */
export interface SiteAccess {
  readonly url: string
  /** PEM: by which the site's certificates are judged. */
  readonly authorities: readonly string[]
  readonly certificate: string
  readonly key: string
}
const siteAccess: z.ZodType<SiteAccess> = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  authorities: z.array(z.string()).min(1),
  certificate: z.string(),
  key: z.string(),
})

/** Reads the text of that file; undefined when it is another one's. */
export function decodeAccess(text: string): SiteAccess | undefined {
  try {
    return siteAccess.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
