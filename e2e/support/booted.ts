import { createHash } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '@bootwright/virtual-machine'
import { start } from './machines.ts'
import { fileOf, overwrite } from './medium-files.ts'
import { prepared } from './prepared.ts'

/** Disks and cards are plugged into a machine that runs already, which PCI Express allows in such ports alone. */
const PORTS = [1, 2, 3].flatMap(number => [
  '-device',
  `pcie-root-port,id=port${number},chassis=${number},slot=${number}`,
])
const MACHINE = { attachAs: 'cd', firmware: 'bios', restarts: true, extra: PORTS } as const
const DISC = 'medium.iso'
const STATE = 'state'
const ROUND_MILLISECONDS = 20
/** Bytes a second: QEMU saves a state no faster than it is told that a network takes it. */
const BANDWIDTH = 2 ** 32

export interface BootedOptions {
  /** The disc that is put in. */
  readonly image: string
  readonly disks?: readonly string[]
  /** Options of `-netdev` for a card, by their names in QMP: `{ type: 'user', id: 'lan' }`. */
  readonly network?: Readonly<Record<string, unknown>> | undefined
  readonly signal: AbortSignal
}

/**
 * A machine whose boot image has come up and looks for its medium; then disks, network and disc are there. For tests of what comes after:
 * how firmware, kernel and runtime start is skipped, by the saved state of a machine that ran until there, once for each boot image.
 */
export async function startBooted({ image, disks = [], network, signal }: BootedOptions): Promise<Machine> {
  const folder = await savedState(image, signal)
  const extra = [...PORTS, '-incoming', `exec:cat '${join(folder, STATE)}'`]
  const machine = await start({ ...MACHINE, image: join(folder, DISC), extra, signal })
  try {
    await until(machine, 'query-status', 'paused')
    let port = 0
    const plug = (device: object): Promise<unknown> =>
      machine.execute('device_add', { ...device, bus: `port${++port}` })
    for (const [index, disk] of disks.entries()) {
      const name = `disk${index}`
      const file = { driver: 'file', filename: resolve(disk) }
      await machine.execute('blockdev-add', { driver: 'raw', 'node-name': name, file })
      await plug({ driver: 'virtio-blk-pci', id: `${name}-device`, drive: name, bootindex: index + 2 })
    }
    if (network) {
      await machine.execute('netdev_add', network)
      await plug({ driver: 'virtio-net-pci', id: `${network.id}-card`, netdev: network.id })
    }
    await machine.execute('cont')
    await machine.changeDisc(image)
    return machine
  } catch (error) {
    await machine.stop()
    throw error
  }
}

/** The state of a machine that started from this medium's boot image and does not find the medium. */
async function savedState(image: string, signal: AbortSignal): Promise<string> {
  const parts = await Promise.all(['boot/vmlinuz', 'boot/initrd.img'].map(path => fileOf(image, path)))
  const digests = parts.map(part => createHash('sha256').update(part).digest('hex'))
  const save = async (folder: string): Promise<void> => {
    const disc = join(folder, DISC)
    await fs.copyFile(image, disc)
    // It is no medium any more, and which one is wanted is not said: any will do.
    await overwrite(disc, 'bootwright/medium.json', text => ' '.repeat(text.length))
    await overwrite(disc, 'syslinux/syslinux.cfg', text =>
      text.replace(/bootwright\.medium=\S+/, found => ' '.repeat(found.length)),
    )
    await using machine = await start({ ...MACHINE, image: disc, signal })
    await machine.waitFor(/Searching for the medium/, { signal })
    await machine.execute('stop')
    await machine.execute('migrate-set-parameters', { 'max-bandwidth': BANDWIDTH })
    await machine.execute('migrate', { uri: `exec:cat >'${join(folder, STATE)}'` })
    await until(machine, 'query-migrate', 'completed')
  }
  // Clocks stand still in a saved state: that of an earlier run would be too old.
  return await prepared('booted', digests, save, { keptFor: 'run' })
}

async function until(machine: Machine, query: string, wanted: string): Promise<void> {
  for (;;) {
    const { status } = (await machine.execute(query)) as { readonly status?: string }
    if (status === wanted) return
    if (status === 'failed') throw new Error(`${query} of QEMU answers that it failed`)
    await sleep(ROUND_MILLISECONDS)
  }
}
