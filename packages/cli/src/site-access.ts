import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SiteAccess, SiteClient } from '@bootwright/site-protocol'
import type { Command } from 'commander'
import type { GlobalOptions } from './global-options.ts'
import type { Io } from './io.ts'
import { UsageError, unreadable } from './usage-error.ts'

/** An option of commands that talk to a site. */
export const ACCESS = ['--access <file>', 'the administrator.json of the site', 'site/administrator.json'] as const

export async function readAccess(file: string, io: Io): Promise<SiteAccess> {
  const { decodeAccess } = await import('@bootwright/site-protocol')
  const access = decodeAccess(await readFile(resolve(io.cwd, file), 'utf8').catch(unreadable(file)))
  if (!access) throw new UsageError(`${file} is no access to a site; expected what bootwright site init made`)
  return access
}

export async function openSite(file: string, io: Io): Promise<SiteClient> {
  const { openSiteClient } = await import('@bootwright/site-protocol')
  const { url, authorities, ...identity } = await readAccess(file, io)
  return openSiteClient(url, { authorities, identity, signal: io.signal })
}

/** For programs as JSON, for people as text. */
export const showOn =
  (io: Io) =>
  (command: Command, event: object, text: () => string): void => {
    const { json } = command.optsWithGlobals<GlobalOptions>()
    io.stdout.write(json ? `${JSON.stringify(event)}\n` : text())
  }
