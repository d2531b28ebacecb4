import { CORE, type PluginCall } from './plugin-call.ts'

/** The process would end although a step still waits: Node calls it idle and would exit with 0. */
export class IdleError extends Error {
  readonly code = 'IDLE'
  readonly steps: readonly PluginCall[]
  constructor(steps: readonly PluginCall[]) {
    const list = steps.map(({ plugin, hook, step }) => `[${plugin}] ${hook} (${step})`).join(', ')
    super(
      `the process went idle while waiting for: ${list || 'nothing that it knows of'}; a promise there never settles`,
    )
    this.name = 'IdleError'
    this.steps = steps
  }
}

/**
 * Runs `work`, and fails when the process goes idle before it has settled: with the signal's reason when that is aborted, else with an
 * {@link IdleError} of what is pending. A step that keeps a timer or a socket open keeps the process busy and is not found out.
 */
export async function watchIdle<T>(
  work: () => Promise<T>,
  pending: ReadonlySet<PluginCall>,
  signal?: AbortSignal,
): Promise<T> {
  const idle = Promise.withResolvers<never>()
  const onIdle = (): void => idle.reject(signal?.aborted ? signal.reason : new IdleError(blamed(pending)))
  if (watching.size === 0) process.on('beforeExit', tellAll)
  watching.add(onIdle)
  try {
    return await Promise.race([work(), idle.promise])
  } finally {
    watching.delete(onIdle)
    if (watching.size === 0) process.off('beforeExit', tellAll)
  }
}

/** Of the whole process, as its idleness is: a listener each would be a leak to Node when many sessions are open. */
const watching = new Set<() => void>()
const tellAll = (): void => {
  for (const tell of [...watching]) tell()
}

/** The kernel's own step waits for the contribution that it uses: that one is to blame. */
function blamed(pending: ReadonlySet<PluginCall>): readonly PluginCall[] {
  const plugins = [...pending].filter(({ plugin }) => plugin !== CORE)
  return plugins.length > 0 ? plugins : [...pending]
}
