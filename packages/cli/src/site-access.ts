import type { SiteAccess, SiteClient } from '@bootwright/site-protocol'
import type { Command } from 'commander'
import type { GlobalOptions } from './global-options.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** An option of commands that send requests to a site. */
export const ACCESS = ['--access <file>', 'administrator.json of the site', 'site/administrator.json'] as const

export async function siteAccess(file: string, io: Io): Promise<SiteAccess> {
  const { readAccess } = await import('@bootwright/site-protocol')
  return await readAccess(file, io.cwd).catch((error: Error) => {
    throw new UsageError(error.message)
  })
}

export async function openSite(file: string, io: Io): Promise<SiteClient> {
  const { openSiteClient } = await import('@bootwright/site-protocol')
  const { url, authorities, ...identity } = await siteAccess(file, io)
  return openSiteClient(url, { authorities, identity, signal: io.signal })
}

/** Prints a result as JSON for programs, or as text for people. */
export const showOn =
  (io: Io) =>
  (command: Command, event: object, text: () => string): void => {
    const { json } = command.optsWithGlobals<GlobalOptions>()
    io.stdout.write(json ? `${JSON.stringify(event)}\n` : text())
  }
