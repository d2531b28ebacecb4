import { randomFillSync } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { root } from './example.ts'

/** A definition whose one medium is mostly `size` MiB of content, so that writing is what a build spends its time with. */
export async function contentDefinition(
  t: ExecutionContext,
  size: number,
  target: 'iso' | 'usb' = 'iso',
): Promise<{ folder: string; definition: string; image: string }> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'bootwright-e2e-'))
  t.teardown(() => fs.rm(folder, { recursive: true, force: true }))
  await fs.symlink(join(root, 'examples/bootable/node_modules'), join(folder, 'node_modules'))
  await fs.mkdir(join(folder, 'content'))
  const buffer = Buffer.allocUnsafe(1 << 20)
  for (let index = 0; index * 10 < size; index += 1) {
    const handle = await fs.open(join(folder, 'content', `${index}.bin`), 'w')
    for (let done = 0; done < 10; done += 1) await handle.write(randomFillSync(buffer))
    await handle.close()
  }
  const definition = join(folder, 'bootwright.config.json')
  const content = {
    plugins: ['@bootwright/plugin-bootable', `@bootwright/target-${target}`],
    media: {
      content: {
        type: 'bootable',
        management: 'dynamic',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        prestart: { command: 'true', files: './content' },
        targets: [{ [target]: { file: `out/content.${target}` } }],
      },
    },
  }
  await fs.writeFile(definition, JSON.stringify(content, null, 2))
  return { folder, definition, image: join(folder, `out/content.${target}`) }
}
