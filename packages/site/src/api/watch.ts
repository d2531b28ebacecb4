/** Milliseconds. */
const INTERVAL = 1000

/**
 * Polls a document and sends it to listeners whenever it changes, and once when they subscribe. Polling is needed because other processes change the
 * database; it is shared by all listeners, and stops with the last one. Returns the function that subscribes, which returns one that unsubscribes.
 */
export function watch(read: () => Promise<string>): (listener: (document: string) => void) => () => void {
  const listeners = new Set<(document: string) => void>()
  let last: string | undefined
  let timer: NodeJS.Timeout | undefined
  const poll = async (): Promise<void> => {
    const document = await read().catch(() => last)
    if (document !== undefined && document !== last) {
      last = document
      for (const listener of listeners) listener(document)
    }
    timer = listeners.size > 0 ? setTimeout(poll, INTERVAL) : undefined
    if (!timer) last = undefined
  }
  return listener => {
    listeners.add(listener)
    if (last !== undefined) listener(last)
    // Also set during a poll, so that polls never overlap.
    timer ??= setTimeout(poll)
    return () => listeners.delete(listener)
  }
}
