import { execFileSync, spawn } from 'node:child_process'
import { chownSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { scratch } from './test-tools.ts'

const PATIENCE_SECONDS = 30

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < PATIENCE_SECONDS * 10; tries += 1) {
    const isThere = await new Promise<boolean>(settle => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => settle(true)).once('error', () => settle(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isThere) return
    await sleep(100)
  }
  throw new Error(`nothing answers on port ${port}`)
}

export interface Started extends Disposable {
  readonly port: number
  /** Kills it. */
  stop(): void
  /** Starts it again, where it was. */
  start(): Promise<void>
}

async function started(command: string, args: readonly string[], port: number): Promise<Started> {
  let running: ReturnType<typeof spawn> | undefined
  const stop = (): void => {
    running?.kill('SIGKILL')
    running = undefined
  }
  const start = async (): Promise<void> => {
    running = spawn(command, args, { stdio: 'ignore' })
    await answers(port)
  }
  process.on('exit', stop)
  await start()
  return { port, stop, start, [Symbol.dispose]: stop }
}

/** Whether Debian's PostgreSQL is here, and somebody who may start it. */
export const hasPostgres = (): boolean => postgresFolder() !== undefined && process.getuid?.() === 0
const postgresFolder = (): string | undefined => globSync('/usr/lib/postgresql/*/bin').sort().at(-1)

/** A PostgreSQL of its own, on this computer alone; its URL. */
export async function startPostgres(): Promise<Disposable & { readonly url: string }> {
  const folder = scratch()
  const port = await freePort()
  const user = (name: string): number => Number(execFileSync('id', [name, 'postgres'], { encoding: 'utf8' }))
  // It refuses to run as root.
  const [uid, gid] = [user('-u'), user('-g')]
  chownSync(folder, uid, gid)
  const data = join(folder, 'data')
  const options = { uid, gid, cwd: folder, stdio: 'ignore' } as const
  execFileSync(join(postgresFolder()!, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'site'], options)
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  const running = spawn(join(postgresFolder()!, 'postgres'), args, options)
  const stop = (): void => void running.kill('SIGINT')
  process.on('exit', stop)
  await answers(port)
  return { url: `postgres://site@127.0.0.1:${port}/postgres`, [Symbol.dispose]: stop }
}

/** An OCI registry of its own, on this computer alone, without TLS. */
export async function startRegistry(): Promise<Started> {
  const folder = scratch()
  const port = await freePort()
  const file = join(folder, 'registry.yaml')
  mkdirSync(join(folder, 'data'))
  const lines = [
    'version: 0.1',
    'log: { level: error }',
    `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
    `http: { addr: "127.0.0.1:${port}" }`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return await started('docker-registry', ['serve', file], port)
}
