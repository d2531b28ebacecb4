import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '@bootwright/api'
import { runOrThrow } from '../run-program.ts'

/** A system on a volume, with what its programs expect of a running kernel. */
export interface Chroot extends AsyncDisposable {
  /** Runs a program of the system. Throws what it said when it fails. */
  run(command: string, args: readonly string[], options?: { readonly input?: string }): Promise<string>
  /** Mounts something below the system's root until the end. */
  mount(what: readonly string[], path: string): Promise<void>
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** What the boot image has of the kernel, as the system shall see it. */
const SHARED = ['dev', 'dev/pts', 'proc', 'sys', 'run'] as const
const FIRMWARE_VARIABLES = 'sys/firmware/efi/efivars'

export async function chroot(context: StepContext, root: string): Promise<Chroot> {
  const mounted: string[] = []
  const mount = async (what: readonly string[], path: string): Promise<void> => {
    const at = join(root, path)
    await mkdir(at, { recursive: true })
    await runOrThrow(context, 'mount', [...what, at])
    mounted.push(at)
  }
  const leave = async (): Promise<void> => {
    for (const at of mounted.reverse()) await context.run('umount', [at])
  }
  try {
    for (const path of SHARED) await mount(path === 'run' ? ['-t', 'tmpfs', 'tmpfs'] : ['-o', 'bind', `/${path}`], path)
    if (context.firmware.kind === 'uefi') await mount(['-t', 'efivarfs', 'efivarfs'], FIRMWARE_VARIABLES)
  } catch (error) {
    await leave()
    throw error
  }
  return {
    run: (command, args, options = {}) =>
      runOrThrow(context, 'chroot', [root, command, ...args], {
        ...options,
        environment: { PATH, LC_ALL: 'C', HOME: '/root' },
      }),
    mount,
    [Symbol.asyncDispose]: leave,
  }
}
