import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { lock } from 'proper-lockfile'

/** Milliseconds after which the lock of a killed process is taken over. Owners renew their locks twice as often. */
const STALE_AFTER = 10_000
const RETRY_AFTER = 100

/**
 * Runs `work` while no other process, on any machine that shares the folder, runs work under the same name. An owner that cannot renew its
 * lock in time (a suspended computer) loses it without notice, so concurrent runs of the work must be harmless.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const locks = join(folder, 'locks')
  await fs.mkdir(locks, { recursive: true })
  const release = await acquire(join(locks, name), signal)
  try {
    return await work()
  } finally {
    await release().catch(unlessLost)
  }
}

async function acquire(file: string, signal: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted()
    try {
      // Without `onCompromised`, a lost lock would end the process from inside a timer.
      return await lock(file, { realpath: false, stale: STALE_AFTER, onCompromised: () => {} })
    } catch (error) {
      if ((error as { code?: string }).code !== 'ELOCKED') throw error
    }
    await setTimeout(RETRY_AFTER, undefined, { signal }).catch(() => {})
  }
}

function unlessLost(error: { readonly code?: string }): void {
  if (error.code !== 'ERELEASED' && error.code !== 'ENOTACQUIRED') throw error
}
