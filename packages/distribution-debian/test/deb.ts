import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'

/** By path as in a package (`./usr/bin/x`): a file's content, or `{ link }` for a symbolic link. */
export type DebContent = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>

const DATE = new Date('2026-01-02T03:04:05Z')

/** A package's file (deb(5)) that holds `content`, or the given bytes in the place of its archive. */
export async function debFile(content: DebContent | Buffer, date: Date = DATE): Promise<Buffer> {
  const data = Buffer.isBuffer(content) ? content : await tarOf(content, date)
  const members = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar', await tarOf({ './control': 'Package: x\nVersion: 1\nArchitecture: all\n' }, date)],
    ['data.tar', data],
  ] as const
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.map(([name, bytes]) => member(name, bytes))])
}

async function tarOf(content: DebContent, mtime: Date): Promise<Buffer> {
  const tar = pack()
  for (const [name, entry] of Object.entries(content)) {
    if (typeof entry === 'object' && 'link' in entry)
      tar.entry({ name, type: 'symlink', linkname: entry.link, mtime, size: 0 })
    else tar.entry({ name, mtime, mode: name.includes('/bin/') ? 0o755 : 0o644 }, Buffer.from(entry))
  }
  tar.finalize()
  return await buffer(tar)
}

/** ar(5): name, time, owner, group and mode as text, size, and an even number of bytes. */
function member(name: string, bytes: Buffer): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`
  return Buffer.concat([Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, '\n')])
}
