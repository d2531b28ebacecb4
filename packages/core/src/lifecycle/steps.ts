import { X509Certificate } from 'node:crypto'
import type { BootImage, HookName, SignedDocument } from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { encodeTrust } from '@bootwright/medium-format'
import { LifecycleError } from './lifecycle-error.ts'
import { finished, type MediumBuild } from './medium-build.ts'
import { certificatesOf, signed } from './signers.ts'

/** The kernel's own step of each stage. Plugins tap the same hooks, before or after it. */
export const steps: Readonly<Record<HookName, (build: MediumBuild) => Promise<void>>> = {
  async resolveContent(build) {
    build.bootImage = await resolveBootImage(build)
    build.date = dateOf(build)
    await callMediaType(build, 'resolveContent')
  },

  prestart: build => callMediaType(build, 'prestart'),

  async package(build) {
    await callMediaType(build, 'package')
    await assembleBootImage(build)
  },

  // Signed is what all taps have left: see the promise of this stage.
  async sign() {},

  async write(build) {
    const { folder, signal } = build
    const { writing, kernel } = build.run
    const medium = finished(build)
    for (const [index, { name, options }] of build.entry.targets.entries()) {
      const image = build.images[index]!
      const parts = await kernel.call('target', name, 'write', async (target, plugin) => {
        const { log, progress, secret } = kernel.scope(build, plugin)
        const written = await target.write(image, {
          options,
          folder,
          ...writing,
          medium,
          signal,
          progress,
          log,
          secret,
        })
        // Inside the call, so that what is no list is blamed on its plugin.
        return [...written]
      })
      build.written = [...build.written, ...parts]
    }
  },
}

/** What a contribution returns is judged inside the call, so that its plugin is named. */
async function resolveBootImage(build: MediumBuild): Promise<BootImage | undefined> {
  const { folder, medium, signal, run } = build
  const choice = build.entry.bootImage
  if (!choice) return undefined
  return await run.kernel.call('bootImage', choice.name, 'resolveContent', async (driver, plugin) => {
    const { log, progress, secret, use, names } = run.kernel.scope(build, plugin)
    const { architecture } = medium
    const { options } = choice
    const found = await driver.resolve({ options, architecture, folder, signal, progress, log, secret, use, names })
    if (found.architecture === architecture) return found
    throw new LifecycleError(
      'BOOT_IMAGE_ARCHITECTURE',
      medium.name,
      `medium "${medium.name}" is for ${architecture} and its boot image "${choice.name}" for ${found.architecture}; change one of them`,
    )
  })
}

async function assembleBootImage(build: MediumBuild): Promise<void> {
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

/** The boot image runs what this medium's own signers have signed. */
async function trustOf(build: MediumBuild): Promise<Uint8Array> {
  const { signers, unsigned } = build.entry
  const chains = await Promise.all(signers.map(signer => certificatesOf(build, signer, 'package')))
  const tops = chains.flatMap(chain => chain.at(-1) ?? [])
  const certificates = new Set(tops.map(der => new X509Certificate(der).toString()))
  return encodeTrust({ formatVersion: 1, certificates: [...certificates].sort(), unsigned })
}

/** FAT and GRUB know no date before 1980. */
const EARLIEST = new Date('1980-01-01T00:00:00Z')

/** The medium's one time stamp comes from the inputs, never from the clock: what the definition or the caller says, else the boot image's. */
function dateOf({ entry, run, bootImage }: MediumBuild): Date {
  const date = entry.date ?? run.sourceDate ?? bootImage?.date ?? EARLIEST
  return date < EARLIEST ? EARLIEST : date
}

const callMediaType = (build: MediumBuild, stage: 'resolveContent' | 'prestart' | 'package'): Promise<void> =>
  build.run.kernel.call('mediaType', build.medium.type, stage, (mediaType, plugin) =>
    mediaType[stage]?.(build.run.kernel.scope(build, plugin)),
  )

export function addAll(build: MediumBuild, tree: Tree, owner: string): void {
  const { name } = build.medium
  for (const [path, entry] of tree) {
    const known = build.tree.get(path)
    if (known && !(known.kind === 'folder' && entry.kind === 'folder'))
      throw new LifecycleError(
        'TREE_CLASH',
        name,
        `${owner} and something before it both put "${path}" onto medium "${name}"`,
      )
    build.tree.set(path, entry)
  }
  build.log.debug(`${owner} added ${tree.size} entries`)
}
