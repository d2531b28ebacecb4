import { join } from 'node:path'
import type { Io } from './io.ts'

/** Where the content library is when nobody says otherwise: the system's place for what can be fetched again. */
export function libraryFolder({ env, home, platform }: Io): string {
  if (env.BOOTWRIGHT_LIBRARY) return env.BOOTWRIGHT_LIBRARY
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'bootwright')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'bootwright')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'bootwright')
}
