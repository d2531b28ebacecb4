import type { HookName } from '@bootwright/api'
import type { Entry } from '@bootwright/bytes'
import type { MediumBuild } from './medium-build.ts'

/** What each stage promises to the next; checked by the kernel when all taps of the stage have run. */
export const promises: Readonly<Record<HookName, (build: MediumBuild) => Promise<void>>> = {
  async resolveContent(build) {
    if (Number.isNaN(build.date.getTime())) throw broken(build, 'resolveContent', 'the medium has no date')
  },
  async prestart() {},
  package: planImages,
  async sign(build) {
    await planImages(build)
    freeze(build.tree)
  },
  async write(build) {
    const destinations = new Set(build.written.map(part => part.destination))
    for (const { destination } of build.images.flatMap(image => image.parts))
      if (!destinations.has(destination)) throw broken(build, 'write', `${destination} was planned and not written`)
  },
}

/** Images are values derived from the tree: planned whenever it may have changed, at no cost but their directories. */
async function planImages(build: MediumBuild): Promise<void> {
  const { folder, medium, date, tree, boot, run } = build
  const { canSpan } = build.use('mediaType', medium.type)
  const finished = {
    id: medium.id,
    name: medium.name,
    type: medium.type,
    label: medium.label,
    date,
    canSpan,
    tree,
    boot,
  }
  build.images = []
  for (const { name, options } of build.entry.targets) {
    const image = await run.kernel.call('target', name, 'package', (target, plugin) =>
      target.plan({ options, folder, medium: finished, log: run.kernel.scope(build, plugin).log }),
    )
    if (image.parts.length === 0) throw broken(build, 'package', `target "${name}" planned no image`)
    build.images = [...build.images, image]
  }
}

function freeze(tree: Map<string, Entry>): void {
  const refuse = (): never => {
    throw new Error('the medium is signed; its files can be changed until "sign" has ended')
  }
  Object.assign(tree, { set: refuse, delete: refuse, clear: refuse })
}

const broken = (build: MediumBuild, stage: HookName, what: string): Error =>
  new Error(`after ${stage} of medium "${build.medium.name}": ${what}`)
