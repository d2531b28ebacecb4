import { execFileSync, spawn } from 'node:child_process'
import { chownSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { scratch } from './tools.ts'

const TIMEOUT_SECONDS = 30

/** Waits until a server accepts connections. */
async function waitForServer(port: number): Promise<void> {
  for (let tries = 0; tries < TIMEOUT_SECONDS * 10; tries += 1) {
    const isListening = await new Promise<boolean>(settle => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => settle(true)).once('error', () => settle(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isListening) return
    await sleep(100)
  }
  throw new Error(`no server is listening on port ${port} after ${TIMEOUT_SECONDS} s`)
}

export interface StartedServer extends Disposable {
  readonly port: number
  /** Kills the server. */
  stop(): void
  /** Starts the server again on the same port. */
  start(): Promise<void>
}

async function startServer(command: string, args: readonly string[], port: number): Promise<StartedServer> {
  let running: ReturnType<typeof spawn> | undefined
  const stop = (): void => {
    running?.kill('SIGKILL')
    running = undefined
  }
  const start = async (): Promise<void> => {
    running = spawn(command, args, { stdio: 'ignore' })
    await waitForServer(port)
  }
  process.on('exit', stop)
  await start()
  return { port, stop, start, [Symbol.dispose]: stop }
}

/** Debian installs PostgreSQL's programs outside the PATH. */
function postgresProgram(name: string): string {
  const [folder] = globSync('/usr/lib/postgresql/*/bin').sort().reverse()
  if (folder === undefined) throw new Error('PostgreSQL was not found in /usr/lib/postgresql; run as root: npm test')
  return join(folder, name)
}

function postgresUser(): { readonly uid: number; readonly gid: number } {
  const idOf = (which: string): number => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** Starts an empty PostgreSQL server on loopback. */
export async function startPostgres(): Promise<Disposable & { readonly url: string }> {
  const folder = scratch()
  const port = await freePort()
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? postgresUser() : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...user, cwd: folder, stdio: 'ignore' } as const
  execFileSync(postgresProgram('initdb'), ['-D', data, '-A', 'trust', '-U', 'site'], options)
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  const running = spawn(postgresProgram('postgres'), args, options)
  const stop = (): void => void running.kill('SIGINT')
  process.on('exit', stop)
  await waitForServer(port)
  return { url: `postgres://site@127.0.0.1:${port}/postgres`, [Symbol.dispose]: stop }
}

/** Account of a registry that requires one. */
export const ACCOUNT = { username: 'lab', password: 'Tr0ub4dor' } as const
/** bcrypt hash of the password. */
const HASH = '$2b$05$abcdefghijklmnopqrstuuMS0ronFZPLWyfy.nW1g1DtO6dBiX5ZO'

/** Starts an empty OCI registry on loopback, without TLS. */
export async function startRegistry({
  requiresAccount = false,
}: {
  readonly requiresAccount?: boolean
} = {}): Promise<StartedServer> {
  const folder = scratch()
  const port = await freePort()
  const file = join(folder, 'registry.yaml')
  mkdirSync(join(folder, 'data'))
  const lines = [
    'version: 0.1',
    'log: { level: error }',
    `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} }, delete: { enabled: true } }`,
    `http: { addr: "127.0.0.1:${port}" }`,
  ]
  const accounts = join(folder, 'accounts')
  writeFileSync(accounts, `${ACCOUNT.username}:${HASH}\n`)
  if (requiresAccount) lines.push(`auth: { htpasswd: { realm: lab, path: ${accounts} } }`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return await startServer('docker-registry', ['serve', file], port)
}

/** Starts an HTTP proxy on loopback that resolves the given host names. `requested` lists the host names that clients connected to. */
export async function startProxy(
  names: Readonly<Record<string, string>>,
): Promise<Disposable & { readonly port: number; readonly requested: readonly string[] }> {
  const port = await freePort()
  const requested: string[] = []
  const server = createServer((_, response) => void response.writeHead(400).end())
  server.on('connect', (request, socket, head) => {
    const { hostname, port: to } = new URL(`http://${request.url}`)
    requested.push(hostname)
    const other = connect(Number(to), names[hostname] ?? '0.0.0.0', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      other.write(head)
      other.pipe(socket).pipe(other)
    })
    other.on('error', () => socket.destroy())
    socket.on('error', () => other.destroy())
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  return {
    port,
    requested,
    [Symbol.dispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
