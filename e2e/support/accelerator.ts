import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { type Accelerator, fastestAccelerator } from '@bootwright/virtual-machine'
import { fileOf } from './medium-files.ts'
import { prepared } from './prepared.ts'

const KERNEL = 'boot/vmlinuz'

/** What plays the machines of this run: tried once, with the kernel of the first disc that one starts from. */
export async function acceleratorOf(image: string | undefined): Promise<Accelerator> {
  if (!image?.endsWith('.iso') || !(await exists('/dev/kvm'))) return 'tcg'
  const folder = await prepared(
    'accelerator',
    'of this run',
    async folder => {
      const kernel = join(folder, 'vmlinuz')
      await fs.writeFile(kernel, await fileOf(image, KERNEL))
      await fs.writeFile(join(folder, 'accelerator'), await fastestAccelerator(kernel))
    },
    { keptFor: 'run' },
  )
  return (await fs.readFile(join(folder, 'accelerator'), 'utf8')) as Accelerator
}

const exists = (path: string): Promise<boolean> =>
  fs.access(path).then(
    () => true,
    () => false,
  )
