import type { OpenedImage, Plugin } from '@bootwright/api'
import { type Bytes, fromDevice, isIncomplete } from '@bootwright/bytes'
import { Kernel } from './kernel/kernel.ts'

/** Opens an image file or a disk with the image readers that `plugins` contribute. Throws if none recognises it. */
export async function inspectImage(
  file: string,
  plugins: readonly Plugin[],
): Promise<OpenedImage & { readonly bytes: Bytes }> {
  const bytes = await fromDevice(file)
  const { signal } = new AbortController()
  await using kernel = await Kernel.create(plugins, { emit: () => {}, signal })
  const names = kernel.registry.names('imageReader')
  for (const name of names) {
    const open = () => kernel.call('imageReader', name, `open ${file}`, reader => reader.open(bytes))
    const opened = await kernel.watch(open)
    if (opened) return { ...opened, bytes }
  }
  if (await isIncomplete(file)) throw new Error(`${file} is incomplete: writing was interrupted; write it again`)
  throw new Error(`${file} is not an image of a known format; known formats: ${names.join(', ') || 'none'}`)
}
