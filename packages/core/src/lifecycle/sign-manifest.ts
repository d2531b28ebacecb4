import { type Entry, fromMemory, sortTree, type Tree } from '@bootwright/bytes'
import {
  encodeManifest,
  MANIFEST_PATH,
  type Manifest,
  type ManifestEntry,
  SIGNATURE_PATH,
} from '@bootwright/medium-format'
import { joinSignatures } from '@bootwright/medium-format/signed-manifest'
import { digestsOf } from './digests-of.ts'
import type { MediumBuild } from './medium-build.ts'
import { signed } from './signers.ts'
import { addAll } from './tree.ts'

/** Adds the manifest of all files, and its signature if there are signers. */
export async function signManifest(build: MediumBuild): Promise<void> {
  const manifest = encodeManifest(await manifestOf(build))
  const { signers } = build.entry
  const document = { name: `${build.medium.name}.manifest`, content: manifest }
  const signatures = await signed(build, signers, 'sign', document)
  const added = new Map<string, Entry>([[MANIFEST_PATH, file(manifest)]])
  if (signatures.length > 0) added.set(SIGNATURE_PATH, file(joinSignatures(signatures)))
  addAll(build, added, 'the manifest')
}

const file = (content: Uint8Array): Entry => ({ kind: 'file', content: fromMemory(content), change: 'often' })

async function manifestOf(build: MediumBuild): Promise<Manifest> {
  const { id, type, label, serial } = build.medium
  return {
    formatVersion: 1,
    id,
    type,
    label,
    serial,
    files: await entriesOf(build, build.tree),
    systemPartition: await entriesOf(build, build.boot?.uefi?.systemPartition ?? new Map()),
  }
}

async function entriesOf(build: MediumBuild, tree: Tree): Promise<readonly ManifestEntry[]> {
  const sorted = sortTree(tree)
  const contents = sorted.flatMap(({ path, entry }) =>
    entry.kind === 'file' ? [{ path, content: entry.content }] : [],
  )
  const digests = await digestsOf(build, contents)
  const entries = sorted.flatMap(({ path, entry }): ManifestEntry[] => {
    if (entry.kind === 'link') return [{ path, link: entry.target }]
    return entry.kind === 'file' ? [{ path, size: entry.content.size, sha256: digests.get(path)! }] : []
  })
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}
