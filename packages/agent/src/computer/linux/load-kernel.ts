import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Programs } from '../programs.ts'

const MENUS = ['boot/grub/grub.cfg', 'boot/grub2/grub.cfg'] as const

/** The default entry of GRUB. */
export interface KernelEntry {
  /** Paths below the root. */
  readonly kernel: string
  readonly initrd: string | undefined
  readonly commandLine: string
}

/** The first entry of a menu written by grub-mkconfig. */
export function firstEntry(menu: string): KernelEntry | undefined {
  const linux = /^\s*linux(?:16|efi)?\s+(\S+)[ \t]*(.*)$/m.exec(menu)
  if (!linux) return undefined
  const after = menu.slice(linux.index)
  const initrd = /^\s*initrd(?:16|efi)?\s+(\S+)/m.exec(after)?.[1]
  return { kernel: linux[1]!, initrd, commandLine: linux[2]!.trim() }
}

/**
 * Loads the kernel of the system at `root`, to be started instead of a restart: a BIOS has no setting to start the disk rather than the
 * medium. Returns false when the kernel cannot be loaded.
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
