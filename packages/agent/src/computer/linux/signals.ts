/**
 * Ignores signals: people leave by the menu, and a signal may be meant for a script. Handlers, unlike signals that the kernel ignores, are
 * not inherited by child processes.
 */
export function ignoreSignals(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}
