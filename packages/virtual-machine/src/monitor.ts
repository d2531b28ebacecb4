import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** QEMU's machine protocol (QMP): one JSON object per line. */
export interface Monitor {
  /** Throws QEMU's error. */
  execute(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>
}

export interface MonitorSocket {
  /** Settles when QEMU has connected and accepts commands. */
  readonly ready: Promise<Monitor>
  close(): void
}

/** Listens on a Unix socket for QEMU. */
export async function listenForMonitor(path: string): Promise<MonitorSocket> {
  const server = createServer()
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(path)
  await once(server, 'listening')
  const ready = once(server, 'connection').then(async ([socket]) => {
    const monitor = createMonitor(socket)
    await monitor.execute('qmp_capabilities')
    return monitor
  })
  ready.catch(() => {})
  return {
    ready,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

interface Reply {
  readonly id?: number
  readonly return?: unknown
  readonly error?: { readonly desc: string }
}

function createMonitor(socket: Socket): Monitor {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0
  const lines = createInterface(socket)
  // A killed QEMU resets the connection; `close` rejects pending commands.
  lines.on('error', () => {})
  lines.on('line', line => {
    const reply: Reply = JSON.parse(line)
    const waiter = reply.id === undefined ? undefined : waiting.get(reply.id)
    if (!waiter) return
    waiting.delete(reply.id!)
    if (reply.error) waiter.reject(new Error(reply.error.desc))
    else waiter.resolve(reply.return)
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('QEMU closed its monitor'))
    waiting.clear()
  })
  return {
    execute(command, parameters = {}) {
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`)
      })
    },
  }
}
