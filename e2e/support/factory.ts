import { createHash } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { Firmware } from '@bootwright/virtual-machine'
import { bootwright, root } from './example.ts'
import { start } from './machines.ts'

/** Builds a prestaged medium, as a WIM and as a disk, in `folder`: its one operating system image is `image`. */
export async function prepareFactory(folder: string, image: Uint8Array): Promise<void> {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await fs.mkdir(join(folder, 'tools'))
  await fs.writeFile(join(folder, 'install.img'), image)
  await fs.writeFile(join(folder, 'tools/tool.txt'), 'a tool')
  const definition = {
    plugins: ['plugin-prestaged', 'boot-linux', 'target-wim', 'target-usb'].map(name => `@bootwright/${name}`),
    media: {
      factory: {
        type: 'prestaged',
        management: 'dynamic',
        label: 'Factory',
        managementPoints: [{ url: 'http://mp.example', allowHttp: true }],
        unattended: true,
        bootImage: { linux: { distribution: 'debian' } },
        operatingSystemImage: { source: './install.img', name: 'debian' },
        packages: { tools: './tools' },
        comment: 'For a test',
        targets: [{ wim: { file: 'out/factory.wim' } }, { disk: { file: 'out/factory.qcow2', format: 'qcow2' } }],
      },
    },
  }
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify(definition))
  await buildFactory(folder)
}

export async function buildFactory(folder: string, ...options: string[]): Promise<void> {
  const { code, stderr } = await bootwright(['build', ...options], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
}

/** Where a medium has this content. */
export const blobOf = (data: Uint8Array): string =>
  `content/blobs/sha256/${createHash('sha256').update(data).digest('hex')}`

/** All that the boot image of this disk prints. */
export async function outputOf(disk: string, firmware: Firmware = 'uefi'): Promise<string> {
  const signal = AbortSignal.timeout(8 * 60_000)
  await using machine = await start({ image: disk, attachAs: 'disk', firmware, signal })
  await machine.waitFor(/bootwright: done/, { signal })
  return machine.output
}
