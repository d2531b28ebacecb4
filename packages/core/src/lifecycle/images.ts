import type { Image, Target } from '@bootwright/api'
import { LifecycleError } from './lifecycle-error.ts'
import { finished, type MediumBuild } from './medium-build.ts'

/** Images are values derived from the tree: planned whenever it may have changed, at no cost but their directories. */
export async function planImages(build: MediumBuild): Promise<void> {
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

export async function writeImages(build: MediumBuild): Promise<void> {
  const { folder, signal } = build
  const { writing, kernel } = build.run
  const medium = finished(build)
  for (const [index, { name, options }] of build.entry.targets.entries()) {
    const image = build.images[index]!
    const parts = await kernel.call('target', name, 'write', async (target, plugin) => {
      const { log, progress, secret } = kernel.scope(build, plugin)
      const request = { options, folder, ...writing, medium, signal, progress, log, secret }
      // Spread inside the call, so that a result that is not a list is the plugin's error.
      return [...(await target.write(image, request))]
    })
    build.written = [...build.written, ...parts]
  }
}

/** Throws {@link LifecycleError} `NOT_WRITTEN`, under the target's name, for a planned part that is missing. */
export async function requireWritten(build: MediumBuild): Promise<void> {
  const written = new Set(build.written.map(part => part.destination))
  for (const [index, { name }] of build.entry.targets.entries())
    await build.run.kernel.call('target', name, 'write', () => {
      const missing = build.images[index]!.parts.find(part => !written.has(part.destination))
      if (!missing) return
      const message = `target "${name}" planned ${missing.destination} and did not write it`
      throw new LifecycleError('NOT_WRITTEN', build.medium.name, message)
    })
}
