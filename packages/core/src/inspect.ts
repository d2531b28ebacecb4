import type { OpenedImage, Plugin } from '@bootwright/api'
import { type Bytes, fromDevice, isIncomplete } from '@bootwright/bytes'
import { Kernel } from './kernel/kernel.ts'

/** What is inside an image file or a disk, from it alone, with the readers that `plugins` contribute. Throws when none knows it. */
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
  if (await isIncomplete(file)) throw new Error(`${file} is incomplete: writing it did not end; write it again`)
  throw new Error(`${file} is no image of a known carrier; expected one of: ${names.join(', ') || 'none'}`)
}
