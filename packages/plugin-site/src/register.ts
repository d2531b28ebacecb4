import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BuildContext, PinStore } from '@bootwright/api'
import { certificateOf } from '@bootwright/media-kit'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { openSiteClient, type RegisteredMedium, readAccess } from '@bootwright/site-protocol'

/** Credentials of the site that media are registered at, or the folder for registration files. */
export type RegisterOptions = { readonly access: string } | { readonly registrations: string }

/** Registers a finished medium that contacts a site, at the site or as a file; a medium without a certificate is only a warning. */
export async function register(
  context: BuildContext<MediaOptions>,
  pins: PinStore,
  options: RegisterOptions,
): Promise<void> {
  const { medium, folder, log, signal } = context
  if (medium.options.management === undefined) return
  const identity = await certificateOf(context, pins)
  if (!identity) {
    log.warn(`the medium "${medium.name}" has no certificate, which sites require; add certificate: { selfSigned: … }`)
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
    const registrations = resolve(folder, options.registrations)
    await mkdir(registrations, { recursive: true })
    const file = join(registrations, `${medium.id}.json`)
    await writeFile(file, `${JSON.stringify(registered, undefined, 2)}\n`)
    log.info(`register the medium at its site: bootwright site media register ${file}`)
    return
  }
  const access = await readAccess(options.access, folder)
  using client = openSiteClient(access.url, { authorities: access.authorities, identity: access, signal })
  const { validTo } = await client.request('register', registered)
  log.info(`registered at ${access.url}, valid until ${validTo}`)
}
