import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepProgram } from '@bootwright/api'
import type { PrepareForCaptureOptions } from '../steps/prepare-for-capture.ts'
import { installedSystem } from './linux/find-system.ts'

/** Folders that a system fills again by itself. */
const EMPTIED = [
  'tmp',
  'var/tmp',
  'var/cache/apt/archives',
  'var/lib/apt/lists',
  'var/lib/dhcp',
  'var/lib/NetworkManager',
  'var/lib/cloud/instances',
]
/** Files that are made anew, or that say who somebody was. */
const REMOVED = [
  'var/lib/dbus/machine-id',
  'var/lib/systemd/random-seed',
  'etc/udev/rules.d/70-persistent-net.rules',
  'root/.bash_history',
  'var/lib/cloud/instance',
  // Of a medium that was started from this system.
  'boot/bootwright',
  '_SMSTaskSequence',
]

const program: StepProgram<PrepareForCaptureOptions> = {
  async run({ logs, sshKeys }, context) {
    const system = await installedSystem(context)
    const { volume, name, platform } = system
    if (platform !== 'linux')
      throw new Error(
        `${name} on ${volume} is prepared by its own sysprep, before the computer is started from this medium`,
      )
    context.log.info(`preparing ${name} on ${volume}`)
    const root = await context.disks.mount(volume)
    // machine-id(5): an empty file is filled at the first start.
    await writeFile(join(root, 'etc/machine-id'), '')
    for (const path of REMOVED) await rm(join(root, path), { recursive: true, force: true })
    for (const folder of EMPTIED) await empty(join(root, folder))
    if (sshKeys)
      for (const file of await names(join(root, 'etc/ssh')))
        if (/^ssh_host_.*key(\.pub)?$/.test(file)) await rm(join(root, 'etc/ssh', file))
    if (logs) await emptyLogs(join(root, 'var/log'))
    await context.disks.unmount(volume)
    context.variables.set('OSDCaptureSource', volume)
  },
}
export default program

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

async function empty(folder: string): Promise<void> {
  for (const name of await names(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

/** Files stay, as programs expect them, and are empty; the journal goes. */
async function emptyLogs(folder: string): Promise<void> {
  await empty(join(folder, 'journal'))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) await (/\.(\d+|gz|xz|old)$/.test(entry.name) ? rm(path) : truncate(path))
  }
}
