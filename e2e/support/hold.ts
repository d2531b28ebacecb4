import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const ROUND_MILLISECONDS = 200

/**
 * Waits for the first of these names that nobody on this computer holds, and holds it until it is disposed of, or this process ends: the
 * kernel takes an abstract socket away with its process, however that ends.
 */
export async function hold(names: readonly string[]): Promise<Disposable> {
  for (;;) {
    for (const name of names) {
      const server = await listen(`\0bootwright-test-${name}`)
      if (server) return { [Symbol.dispose]: () => void server.close() }
    }
    await sleep(ROUND_MILLISECONDS)
  }
}

async function listen(path: string): Promise<Server | undefined> {
  const server = createServer().listen(path)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}
