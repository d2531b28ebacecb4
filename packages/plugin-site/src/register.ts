import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BuildContext, PinStore } from '@bootwright/api'
import { certificateOf } from '@bootwright/media-kit'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { openSiteClient, type RegisteredMedium } from '@bootwright/site-protocol'
import { readAccess } from './access.ts'

/** One of them: where media are registered, or the folder of files to hand in. */
export type RegisterOptions = { readonly access: string } | { readonly registrations: string }

/** Tells the site of a medium that was written, when it has a certificate for it. */
export async function register(
  context: BuildContext<MediaOptions>,
  keeper: PinStore,
  options: RegisterOptions,
): Promise<void> {
  const { medium, folder, log, signal } = context
  if (medium.options.management === undefined) return
  const identity = await certificateOf(context, keeper)
  if (!identity) {
    log.warn(
      `the medium "${medium.name}" has no certificate, and a site serves none without; give it certificate: { selfSigned: … }`,
    )
    return
  }
  const registered: RegisteredMedium = {
    id: medium.id,
    name: medium.name,
    type: medium.type,
    label: medium.label,
    certificate: identity.certificate,
    unknownComputers: medium.options.unknownComputers ?? false,
  }
  if ('registrations' in options) {
    const to = resolve(folder, options.registrations)
    await mkdir(to, { recursive: true })
    const file = join(to, `${medium.id}.json`)
    await writeFile(file, `${JSON.stringify(registered, undefined, 2)}\n`)
    log.info(`to be handed in at the site: bootwright site media register ${file}`)
    return
  }
  const access = await readAccess(options.access, folder)
  using client = openSiteClient(access.url, { authorities: access.authorities, identity: access, signal })
  const { validTo } = await client.ask('register', registered)
  log.info(`registered at ${access.url}, until ${validTo}`)
}
