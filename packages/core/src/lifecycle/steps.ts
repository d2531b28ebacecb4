import type { HookName } from '@bootwright/api'
import type { Tree } from '@bootwright/bytes'
import { CORE, type MediumBuild } from './medium-build.ts'

/** The kernel's own step of each stage. Plugins tap the same hooks, before or after it. */
export const steps: Readonly<Record<HookName, (build: MediumBuild) => Promise<void>>> = {
  async resolveContent(build) {
    await resolveBootImage(build)
    build.date = dateOf(build)
    await callMediaType(build, 'resolveContent')
  },

  prestart: build => callMediaType(build, 'prestart'),

  async package(build) {
    await callMediaType(build, 'package')
    if (!build.bootImage || !build.entry.bootImage) return
    const { name } = build.entry.bootImage
    const { id, label } = build.medium
    const { bootImage, date, signal } = build
    build.boot = await build.run.kernel.call(
      'bootImage',
      name,
      'package',
      () => bootImage.assemble({ id, label, date }),
      signal,
    )
    addAll(build, build.boot.tree, `boot image "${name}"`)
  },

  async sign(build) {
    const { folder, signal } = build
    for (const { name, options } of build.entry.signers) {
      const tree = new Map(build.tree)
      const added = await build.run.kernel.call(
        'signer',
        name,
        'sign',
        signer => signer.sign({ options, folder, tree, signal }),
        signal,
      )
      addAll(build, added, `signer "${name}"`)
    }
  },

  async write(build) {
    const { folder, signal } = build
    const { overwrite, kernel } = build.run
    for (const [index, { name, options }] of build.entry.targets.entries()) {
      const image = build.images[index]!
      const parts = await kernel.call(
        'target',
        name,
        'write',
        (target, plugin) => {
          const { log, progress } = kernel.scope(build, plugin)
          return target.write(image, { options, folder, overwrite, signal, progress, log })
        },
        signal,
      )
      build.written = [...build.written, ...parts]
    }
  },
}

async function resolveBootImage(build: MediumBuild): Promise<void> {
  const choice = build.entry.bootImage
  if (!choice) return
  const { folder, medium, signal } = build
  build.bootImage = await build.run.kernel.call(
    'bootImage',
    choice.name,
    'resolveContent',
    (driver, plugin) => {
      const { log, progress } = build.run.kernel.scope(build, plugin)
      return driver.resolve({
        options: choice.options,
        architecture: medium.architecture,
        folder,
        signal,
        progress,
        log,
      })
    },
    signal,
  )
  const found = build.bootImage.architecture
  if (found !== medium.architecture)
    throw new Error(
      `medium "${medium.name}" is for ${medium.architecture} and its boot image "${choice.name}" for ${found}; change one of them`,
    )
}

/** FAT and GRUB know no date before 1980. */
const EARLIEST = new Date('1980-01-01T00:00:00Z')

/** The medium's one time stamp comes from the inputs, never from the clock: what the definition or the caller says, else the boot image's. */
function dateOf({ entry, run, bootImage }: MediumBuild): Date {
  const date = entry.date ?? run.sourceDate ?? bootImage?.date ?? EARLIEST
  return date < EARLIEST ? EARLIEST : date
}

const callMediaType = (build: MediumBuild, stage: 'resolveContent' | 'prestart' | 'package'): Promise<void> =>
  build.run.kernel.call(
    'mediaType',
    build.medium.type,
    stage,
    (mediaType, plugin) => mediaType[stage]?.(build.run.kernel.scope(build, plugin)),
    build.signal,
  )

function addAll(build: MediumBuild, tree: Tree, owner: string): void {
  for (const [path, entry] of tree) {
    const known = build.tree.get(path)
    if (known && !(known.kind === 'folder' && entry.kind === 'folder'))
      throw new Error(`${owner} and something before it both put "${path}" onto medium "${build.medium.name}"`)
    build.tree.set(path, entry)
  }
  build.log.debug(`${CORE}: ${owner} added ${tree.size} entries`)
}
