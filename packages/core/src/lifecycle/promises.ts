import type { HookName, Image, Target } from '@bootwright/api'
import type { Entry } from '@bootwright/bytes'
import { LifecycleError } from './lifecycle-error.ts'
import { finished, type MediumBuild } from './medium-build.ts'
import { signManifest } from './sign.ts'

/** What each stage promises to the next; checked by the kernel when all taps of the stage have run. */
export const promises: Readonly<Record<HookName, (build: MediumBuild) => Promise<void>>> = {
  async resolveContent({ date, medium: { name } }) {
    if (Number.isNaN(date.getTime()))
      throw new LifecycleError('NO_DATE', name, `medium "${name}" has no valid date after resolveContent`)
  },
  async prestart() {},
  package: planImages,
  async sign(build) {
    await signManifest(build)
    await planImages(build)
    freeze(build.tree, build.medium.name)
  },
  write: checkWritten,
}

/** Images are values derived from the tree: planned whenever it may have changed, at no cost but their directories. */
async function planImages(build: MediumBuild): Promise<void> {
  const { folder, run } = build
  const medium = finished(build)
  const images: Image[] = []
  for (const { name, options } of build.entry.targets)
    images.push(
      await run.kernel.call('target', name, 'plan', async (target: Target, plugin) => {
        const { log, secret } = run.kernel.scope(build, plugin)
        const image = await target.plan({ options, folder, medium, log, secret })
        if (image.parts.length > 0) return image
        throw new LifecycleError('NO_IMAGE', medium.name, `target "${name}" planned no image for "${medium.name}"`)
      }),
    )
  build.images = images
}

async function checkWritten(build: MediumBuild): Promise<void> {
  const written = new Set(build.written.map(part => part.destination))
  for (const [index, { name }] of build.entry.targets.entries())
    await build.run.kernel.call('target', name, 'write', () => {
      const missing = build.images[index]!.parts.find(part => !written.has(part.destination))
      if (!missing) return
      const message = `target "${name}" planned ${missing.destination} and did not write it`
      throw new LifecycleError('NOT_WRITTEN', build.medium.name, message)
    })
}

/** What is signed and planned must be what is written. */
function freeze(tree: Map<string, Entry>, medium: string): void {
  const refuse = (): never => {
    throw new LifecycleError('SIGNED', medium, `medium "${medium}" is signed; change its files before "sign" has ended`)
  }
  Object.assign(tree, { set: refuse, delete: refuse, clear: refuse })
}
