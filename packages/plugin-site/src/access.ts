import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decodeAccess, type SiteAccess } from '@bootwright/site-protocol'

/** Throws what is wrong with the file. */
export async function readAccess(file: string, folder: string): Promise<SiteAccess> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(error => {
    throw new Error(`${file} cannot be read (${error.code}); it is made by: bootwright site init`)
  })
  const access = decodeAccess(text)
  if (access) return access
  throw new Error(`${file} is no access to a site; expected the administrator.json that bootwright site init makes`)
}
