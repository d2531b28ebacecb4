import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A temporary folder in which `openssl` runs; removed on disposal. */
export interface Workshop extends AsyncDisposable {
  readonly path: string
  openssl(...args: readonly string[]): Promise<string>
  write(name: string, content: string | Uint8Array): Promise<void>
  read(name: string): Promise<Buffer>
  /** Creates a certificate authority `ca.pem` and a `leaf.pem` issued by it with these extensions; keys are `NAME.key`, RSA by default. */
  issue(extensions: string, curve?: string): Promise<void>
}

const keys = new Map<string, string>()
/** Generated once for all workshops of a test file, because the search for primes is slow. */
function keyOf(name: string, curve: string | undefined): string {
  const known = keys.get(`${name} ${curve}`)
  if (known) return known
  const { privateKey } = curve
    ? generateKeyPairSync('ec', { namedCurve: curve })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  keys.set(`${name} ${curve}`, key)
  return key
}

export async function workshop(): Promise<Workshop> {
  const path = await mkdtemp(join(tmpdir(), 'bootwright-certificates-'))
  const openssl = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('openssl', args, { cwd: path, timeout: 60_000 })).stdout
  const write = (name: string, content: string | Uint8Array): Promise<void> => writeFile(join(path, name), content)
  return {
    path,
    openssl,
    write,
    read: name => readFile(join(path, name)),
    async issue(extensions, curve) {
      for (const name of ['ca', 'leaf']) await write(`${name}.key`, keyOf(name, curve))
      await openssl('req', '-x509', '-key', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Corp Root', '-days', '3650')
      await openssl('req', '-new', '-key', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=Media')
      await write('extensions', extensions)
      const sign = ['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '365']
      await openssl(...sign, '-extfile', 'extensions', '-out', 'leaf.pem')
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
