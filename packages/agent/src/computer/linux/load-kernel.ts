import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Programs } from '../programs.ts'

const MENUS = ['boot/grub/grub.cfg', 'boot/grub2/grub.cfg'] as const

/** What GRUB starts when nobody chooses. */
export interface KernelEntry {
  /** Paths below the root. */
  readonly kernel: string
  readonly initrd: string | undefined
  readonly commandLine: string
}

/** The first entry of a menu that grub-mkconfig wrote. */
export function firstEntry(menu: string): KernelEntry | undefined {
  const linux = /^\s*linux(?:16|efi)?\s+(\S+)[ \t]*(.*)$/m.exec(menu)
  if (!linux) return undefined
  const after = menu.slice(linux.index)
  const initrd = /^\s*initrd(?:16|efi)?\s+(\S+)/m.exec(after)?.[1]
  return { kernel: linux[1]!, initrd, commandLine: linux[2]!.trim() }
}

/**
 * Loads the kernel of the system at `root`, which is started in the place of a restart: a BIOS cannot be told to start the disk and not the
 * medium. False when that cannot be done.
 */
export async function loadKernel(programs: Programs, root: string): Promise<boolean> {
  for (const path of MENUS) {
    const entry = firstEntry(await readFile(join(root, path), 'utf8').catch(() => ''))
    if (!entry) continue
    const args = [
      '--load',
      join(root, entry.kernel),
      ...(entry.initrd === undefined ? [] : [`--initrd=${join(root, entry.initrd)}`]),
      `--command-line=${entry.commandLine}`,
    ]
    return (await programs.run('kexec', args)).exitCode === 0
  }
  return false
}
