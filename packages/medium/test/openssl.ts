import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A temporary folder in which `openssl` is run; it goes when it is disposed. */
export interface Workshop extends AsyncDisposable {
  readonly path: string
  openssl(...args: readonly string[]): Promise<string>
  write(name: string, content: string | Uint8Array): Promise<void>
  read(name: string): Promise<Buffer>
  /** A certificate authority `ca.pem` and, issued by it with these extensions, `leaf.pem`; keys are `NAME.key`. */
  issue(extensions: string, algorithm?: readonly string[]): Promise<void>
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
    async issue(extensions, algorithm = ['rsa:2048']) {
      const key = ['-newkey', ...algorithm, '-noenc']
      await openssl(
        'req',
        '-x509',
        ...key,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/CN=Corp Root',
        '-days',
        '3650',
      )
      await openssl('req', ...key, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=Media')
      await write('extensions', extensions)
      const sign = ['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '365']
      await openssl(...sign, '-extfile', 'extensions', '-out', 'leaf.pem')
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
