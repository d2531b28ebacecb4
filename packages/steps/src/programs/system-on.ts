import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '@bootwright/api'

export interface FoundSystem {
  readonly platform: Platform
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string
  /** `debian`; os-release(5). */
  readonly id: string
}

/** The operating system on a volume; undefined when there is none. */
export async function systemOn(root: string): Promise<FoundSystem | undefined> {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}=(?:"([^"]*)"|'([^']*)'|(\\S*))`, 'm').exec(text)?.slice(1).find(Boolean)
    return { platform: 'linux', name: field('PRETTY_NAME') ?? 'Linux', id: field('ID') ?? 'linux' }
  }
  const hasWindows = await stat(join(root, 'Windows/System32')).then(
    found => found.isDirectory(),
    () => false,
  )
  return hasWindows ? { platform: 'windows', name: 'Windows', id: 'windows' } : undefined
}
