import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { messageOf } from '../computer/errors.ts'
import { MASK } from '../ui/mask.ts'
import type { EnvironmentReply, EnvironmentRequest } from './protocol.ts'
import type { NamedVariable, Variables } from './variables.ts'

/** Named pipes of Windows have their own namespace; only their creator and SYSTEM may write to them. */
const isPipe = (path: string): boolean => path.startsWith('\\\\.\\pipe\\')

/** Serves `bootwright-env` on a Unix socket that only root may open, or on a named pipe of Windows. */
export async function serveEnvironment(path: string, variables: Variables): Promise<AsyncDisposable> {
  if (!isPipe(path)) await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const lines = createInterface(socket)
    lines.on('error', () => {})
    lines.on('line', line => socket.end(`${JSON.stringify(reply(line, variables))}\n`))
  })
  server.listen(path)
  await once(server, 'listening')
  if (!isPipe(path)) await chmod(path, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(closed => server.close(closed))
    },
  }
}

function reply(line: string, variables: Variables): EnvironmentReply {
  try {
    const request: EnvironmentRequest = JSON.parse(line)
    if (request.do === 'list') return { ok: true, lines: variables.list().map(showVariable) }
    if (request.do === 'set') {
      variables.set(request.name, request.value, request)
      return { ok: true, lines: [] }
    }
    const variable = variables.get(request.name)
    return variable ? { ok: true, lines: [variable.value] } : { ok: false, reason: `${request.name} is not set` }
  } catch (error) {
    return { ok: false, reason: messageOf(error) }
  }
}

/** `NAME=VALUE`, with a secret masked. */
export const showVariable = ({ name, value, isSecret }: NamedVariable): string =>
  `${name}=${isSecret && value !== '' ? MASK : value}`
