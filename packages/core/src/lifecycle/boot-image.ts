import { X509Certificate } from 'node:crypto'
import type { SignedDocument } from '@bootwright/api'
import { encodeTrust } from '@bootwright/medium-format'
import { LifecycleError } from './lifecycle-error.ts'
import type { MediumBuild } from './medium-build.ts'
import { certificatesOf, signed } from './signers.ts'
import { addAll } from './tree.ts'

/** Results are validated inside the call, so that an error names the plugin. */
export async function resolveBootImage(build: MediumBuild): Promise<void> {
  const { folder, medium, signal, run } = build
  const choice = build.entry.bootImage
  if (!choice) return
  build.bootImage = await run.kernel.call('bootImage', choice.name, 'resolveContent', async (driver, plugin) => {
    const { log, progress, secret, use, names } = run.kernel.scope(build, plugin)
    const { architecture } = medium
    const { options } = choice
    const found = await driver.resolve({ options, architecture, folder, signal, progress, log, secret, use, names })
    if (found.architecture === architecture) return found
    throw new LifecycleError(
      'BOOT_IMAGE_ARCHITECTURE',
      medium.name,
      `medium "${medium.name}" is for ${architecture}, but its boot image "${choice.name}" is for ${found.architecture}; change one of them`,
    )
  })
}

export async function assembleBootImage(build: MediumBuild): Promise<void> {
  const { bootImage, date } = build
  if (!bootImage || !build.entry.bootImage) return
  const { name } = build.entry.bootImage
  const { id, label } = build.medium
  const trust = await trustOf(build)
  const { bootSigner } = build.entry
  const signProgram =
    bootSigner &&
    ((document: SignedDocument) => signed(build, [bootSigner], 'package', document).then(([message]) => message!))
  await build.run.kernel.call('bootImage', name, 'package', async () => {
    const boot = await bootImage.assemble({ id, label, date, trust, signProgram })
    addAll(build, boot.tree, `boot image "${name}"`)
    build.boot = boot
  })
}

/** The boot image trusts the signers of its own medium. */
async function trustOf(build: MediumBuild): Promise<Uint8Array> {
  const { signers, unsigned } = build.entry
  const chains = await Promise.all(signers.map(signer => certificatesOf(build, signer, 'package')))
  const tops = chains.flatMap(chain => chain.at(-1) ?? [])
  const certificates = new Set(tops.map(der => new X509Certificate(der).toString()))
  return encodeTrust({ formatVersion: 1, certificates: [...certificates].sort(), unsigned })
}
