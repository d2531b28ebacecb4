import { CORE, type PluginCall } from './plugin-call.ts'

/** A plugin call waits for a promise that never settles. Node would exit with 0. */
export class IdleError extends Error {
  readonly code = 'IDLE'
  readonly calls: readonly PluginCall[]
  constructor(calls: readonly PluginCall[]) {
    const list = calls.map(({ plugin, hook, name }) => `[${plugin}] ${hook} (${name})`).join(', ')
    super(`the process became idle while waiting for: ${list || 'an unknown call'}; a promise there never settles`)
    this.name = 'IdleError'
    this.calls = calls
  }
}

/**
 * Runs `work`, and fails when the process becomes idle before it has settled: with the signal's reason when that is aborted, else with an
 * {@link IdleError} that lists pending calls. A call that keeps a timer or a socket open keeps the process busy and is not detected.
 */
export async function watchIdle<T>(
  work: () => Promise<T>,
  pending: ReadonlySet<PluginCall>,
  signal?: AbortSignal,
): Promise<T> {
  const idle = Promise.withResolvers<never>()
  const onIdle = (): void => idle.reject(signal?.aborted ? signal.reason : new IdleError(responsible(pending)))
  if (watching.size === 0) process.on('beforeExit', notifyAll)
  watching.add(onIdle)
  try {
    return await Promise.race([work(), idle.promise])
  } finally {
    watching.delete(onIdle)
    if (watching.size === 0) process.off('beforeExit', notifyAll)
  }
}

/** One listener for the whole process: with one for each open session, Node would warn of a leak. */
const watching = new Set<() => void>()
const notifyAll = (): void => {
  for (const notify of [...watching]) notify()
}

/** The kernel's own call waits for the contribution that it uses, so contributions are listed instead of it. */
function responsible(pending: ReadonlySet<PluginCall>): readonly PluginCall[] {
  const plugins = [...pending].filter(({ plugin }) => plugin !== CORE)
  return plugins.length > 0 ? plugins : [...pending]
}
