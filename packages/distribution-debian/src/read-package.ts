import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LinuxPackageEntry, LinuxPackageFiles } from '@bootwright/api'
import { extract } from 'tar-stream'
import { DebianError } from './errors.ts'

/**
 * The files and symbolic links of a .deb that `isWanted` accepts. `dpkg-deb` decompresses and checks the package; nothing is unpacked to
 * disk. Throws {@link DebianError} `PACKAGE_UNREADABLE`.
 */
export async function readPackage(
  file: string,
  isWanted: (path: string) => boolean,
  signal: AbortSignal,
): Promise<LinuxPackageFiles> {
  const entries = new Map<string, LinuxPackageEntry>()
  let newest = 0
  const dpkg = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'pipe'], signal })
  let errorOutput = ''
  dpkg.stderr.on('data', data => {
    errorOutput += data
  })
  const ended = once(dpkg, 'close')
  ended.catch(() => {})
  try {
    const tar = extract()
    dpkg.stdout.on('error', error => tar.destroy(error)).pipe(tar)
    dpkg.on('error', error => tar.destroy(error))
    for await (const entry of tar) {
      const { name, type, mode, mtime, linkname } = entry.header
      newest = Math.max(newest, mtime?.getTime() ?? 0)
      const path = name.replace(/^\.\//, '').replace(/^usr\//, '')
      if (isWanted(path) && type === 'file')
        entries.set(path, { kind: 'file', data: await collect(entry), isExecutable: ((mode ?? 0) & 0o111) !== 0 })
      else if (isWanted(path) && type === 'symlink') entries.set(path, { kind: 'link', target: linkname ?? '' })
      entry.resume()
    }
    const [code] = await ended
    if (code !== 0) throw new Error(errorOutput.trim())
  } catch (error) {
    signal.throwIfAborted()
    throw new DebianError(
      'PACKAGE_UNREADABLE',
      file,
      `dpkg-deb cannot read ${file}: ${(error as Error).message}; run the build again`,
      error,
    )
  } finally {
    // Without a reader of its output the process would block forever.
    dpkg.stdout.destroy()
    dpkg.kill()
  }
  return { entries, date: new Date(newest) }
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part as Uint8Array)
  return Buffer.concat(parts)
}
