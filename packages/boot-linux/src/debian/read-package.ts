import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extract } from 'tar-stream'
import { BootLinuxError } from '../errors.ts'

export type PackageEntry =
  | { readonly kind: 'file'; readonly data: Uint8Array; readonly isExecutable: boolean }
  | { readonly kind: 'link'; readonly target: string }

export interface PackageFiles {
  /** By path without the leading `./` and `usr/`: releases differ in what is below `usr`. */
  readonly entries: ReadonlyMap<string, PackageEntry>
  /** Of the newest file in it, wanted or not: when its maker released it. */
  readonly date: Date
}

/** The files of a .deb that `isWanted`. Decompressed and checked by `dpkg-deb`; nothing is unpacked to disk. */
export async function readPackage(
  file: string,
  isWanted: (path: string) => boolean,
  signal: AbortSignal,
): Promise<PackageFiles> {
  const entries = new Map<string, PackageEntry>()
  let newest = 0
  const dpkg = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'pipe'], signal })
  let complaint = ''
  dpkg.stderr.on('data', data => {
    complaint += data
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
    if (code !== 0) throw new Error(complaint.trim())
  } catch (error) {
    signal.throwIfAborted()
    throw new BootLinuxError(
      'PACKAGE_UNREADABLE',
      file,
      `dpkg-deb cannot read ${file}: ${(error as Error).message}; build again`,
      error,
    )
  } finally {
    // What nobody reads any more would wait for ever with its output.
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
