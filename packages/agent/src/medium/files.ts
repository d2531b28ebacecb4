import { createHash } from 'node:crypto'
import { createReadStream, type Dirent } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Manifest, ManifestEntry } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'
import type { VolumeFiles } from '../computer/storage.ts'

/** Files of the medium, each verified against its manifest. */
export type MediumFiles = Pick<VolumeFiles, 'read' | 'copyFolder'>

/** Verifies the data after it was read or copied, so that later changes do not matter. Throws {@link AgentError} `FILE_CHANGED`. */
export function mediumFiles(volume: MediumFiles, manifest: Manifest | undefined): MediumFiles {
  if (!manifest) return volume
  return {
    async read(path, limit) {
      const data = await volume.read(path, limit)
      const entry = manifest.files.find(each => each.path === path)
      if (!data && !entry) return undefined
      const found = data && { path, size: data.length, sha256: createHash('sha256').update(data).digest('hex') }
      requireMatch(found, entry)
      return data
    },
    async copyFolder(path, to) {
      await volume.copyFolder(path, to)
      const expected = new Map(manifest.files.map(entry => [entry.path, entry]))
      const found = new Map((await entriesIn(to, path)).map(entry => [entry.path, entry]))
      const paths = [...expected.keys(), ...found.keys()].filter(each => each.startsWith(`${path}/`))
      for (const each of new Set(paths)) requireMatch(found.get(each), expected.get(each))
    },
  }
}

function requireMatch(found: ManifestEntry | undefined, expected: ManifestEntry | undefined): void {
  const what = differenceFrom(found, expected)
  if (what === undefined) return
  const { path } = found ?? expected!
  throw new AgentError('FILE_CHANGED', `the file ${path} of this medium ${what}; build the medium again`)
}

function differenceFrom(found: ManifestEntry | undefined, expected: ManifestEntry | undefined): string | undefined {
  if (!expected) return 'was added after the medium was built'
  if (!found) return 'is missing'
  const isSame =
    'link' in found
      ? 'link' in expected && found.link === expected.link
      : 'sha256' in expected && found.size === expected.size && found.sha256 === expected.sha256
  return isSame ? undefined : 'was changed'
}

/** Files and links below a folder; paths begin with `prefix`. */
async function entriesIn(folder: string, prefix: string): Promise<readonly ManifestEntry[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  const describe = async (entry: Dirent): Promise<ManifestEntry> => {
    const file = join(entry.parentPath, entry.name)
    const path = [prefix, ...relative(folder, file).split(sep)].join('/')
    if (entry.isSymbolicLink()) return { path, link: await readlink(file) }
    let size = 0
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), async chunks => {
      for await (const chunk of chunks) {
        size += chunk.length
        hash.update(chunk)
      }
    })
    return { path, size, sha256: hash.digest('hex') }
  }
  return await Promise.all(all.filter(entry => !entry.isDirectory()).map(describe))
}
