import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join, win32 } from 'node:path'
import type { StepContext, StepProgram } from '@bootwright/api'
import type { PrepareForCaptureOptions } from '../definitions/prepare-for-capture.ts'
import { installedSystem } from './linux/find-system.ts'
import { runOrThrow } from './run-program.ts'

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
  async run(options, context) {
    if (context.environment === 'installedSystem' || context.platform === 'windows') await prepareRunning(context)
    else await prepareVolume(options, context)
  },
}
export default program

async function prepareVolume(options: PrepareForCaptureOptions, context: StepContext): Promise<void> {
  const { log, variables, disks } = context
  const { volume, name, platform } = await installedSystem(context)
  const root = await disks.mount(volume)
  if (platform === 'linux') {
    log.info(`preparing ${name} on ${volume}`)
    await prepareLinux(root, options)
  } else {
    if (!(await isGeneralised(join(root, 'Windows'))))
      throw new Error(
        `${name} on ${volume} was not generalised, which only itself can do: start it, and in it bootwright\\start.cmd of this medium; or run sysprep /generalize /oobe /shutdown there`,
      )
    log.info(`${name} on ${volume} was generalised by its sysprep`)
  }
  await disks.unmount(volume)
  variables.set('OSDCaptureSource', volume)
}

async function prepareLinux(root: string, { logs, sshKeys }: PrepareForCaptureOptions): Promise<void> {
  // machine-id(5): an empty file is filled at the first start.
  await writeFile(join(root, 'etc/machine-id'), '')
  for (const path of REMOVED) await rm(join(root, path), { recursive: true, force: true })
  for (const folder of EMPTIED) await empty(join(root, folder))
  if (sshKeys)
    for (const file of await names(join(root, 'etc/ssh')))
      if (/^ssh_host_.*key(\.pub)?$/.test(file)) await rm(join(root, 'etc/ssh', file))
  if (logs) await emptyLogs(join(root, 'var/log'))
}

/** What Windows says of itself when sysprep has done its work (Windows Setup states). */
const isGeneralised = async (windows: string): Promise<boolean> =>
  (await readFile(join(windows, 'Setup/State/State.ini'), 'latin1').catch(() => '')).includes(
    'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE',
  )

/** By sysprep, which leaves the system running: what comes after may use it, and a restart begins Windows' own setup. */
async function prepareRunning(context: StepContext): Promise<void> {
  if (context.platform !== 'windows')
    throw new Error('a Linux that runs is not prepared: it would fill again what is emptied; do it in the boot image')
  if (context.environment === 'bootImage')
    throw new Error('Windows PE prepares nothing; do it in the Windows that runs, where sysprep is')
  const windows = process.env.SystemRoot ?? 'C:\\Windows'
  await runOrThrow(context, win32.join(windows, 'System32/Sysprep/sysprep.exe'), [
    '/generalize',
    '/oobe',
    '/quit',
    '/quiet',
  ])
  // It says by its exit code only whether it could be started.
  if (!(await isGeneralised(windows)))
    throw new Error(
      `sysprep did not generalise this Windows; ${win32.join(windows, 'System32/Sysprep/Panther/setuperr.log')} says why`,
    )
}

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
