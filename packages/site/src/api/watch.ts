/** Milliseconds. */
const INTERVAL = 1000

/**
 * Tells those who listen what there is, and again when it differs. It is asked for again and again, because other processes change it in the
 * database: once for all who listen, and not when nobody does.
 */
export function watch(read: () => Promise<string>): (listener: (document: string) => void) => () => void {
  const listeners = new Set<(document: string) => void>()
  let last: string | undefined
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    const document = await read().catch(() => last)
    if (document !== undefined && document !== last) {
      last = document
      for (const listener of listeners) listener(document)
    }
    timer = listeners.size > 0 ? setTimeout(look, INTERVAL) : undefined
    if (!timer) last = undefined
  }
  return listener => {
    listeners.add(listener)
    if (last !== undefined) listener(last)
    // Set while a look is under way too, so that there is one at a time.
    timer ??= setTimeout(look)
    return () => listeners.delete(listener)
  }
}
