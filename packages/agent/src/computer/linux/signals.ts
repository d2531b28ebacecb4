/**
 * People leave by the menu, and the signal may be meant for a script. Handlers, unlike signals that the kernel ignores, are not passed on
 * to the programs that are started.
 */
export function ignoreSignals(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}
