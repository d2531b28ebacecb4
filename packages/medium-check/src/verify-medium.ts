import type { X509Certificate } from 'node:crypto'
import type { OpenedImage } from '@bootwright/api'
import { digest, type Entry, read, sortTree, type Tree } from '@bootwright/bytes'
import {
  decodeSet,
  MANIFEST_LIMIT,
  MANIFEST_PATH,
  type Manifest,
  type ManifestEntry,
  piecePath,
  SET_LIMIT,
  SET_PATH,
  SIGNATURE_PATH,
} from '@bootwright/medium-format'
import { type ManifestVerification, SIGNATURE_LIMIT, verifyManifest } from '@bootwright/medium-format/signed-manifest'

export interface VerifyOptions {
  /** Certificates of signers, or of authorities above them. Without any, only what the manifest says is compared. */
  readonly trusted: readonly X509Certificate[]
  readonly now: Date
  readonly signal?: AbortSignal | undefined
}

export interface FileProblem {
  readonly what: 'added' | 'missing' | 'changed'
  readonly path: string
  /** Where: files of the medium, or of its EFI system partition. */
  readonly place: 'medium' | 'system partition'
}

/** Without a manifest, its `fault` says why: then nothing of the medium is believed. */
export interface Verification extends ManifestVerification {
  readonly files: readonly FileProblem[]
}

/** Compares a medium, file by file, with its signed manifest. Throws when it cannot be read; what is wrong with it is in the result. */
export async function verifyMedium(image: OpenedImage, options: VerifyOptions): Promise<Verification> {
  const { tree } = image
  const content = await contentAt(tree, MANIFEST_PATH, MANIFEST_LIMIT)
  if (!content) {
    const fault = `the medium has no ${MANIFEST_PATH}: it was not built by Bootwright, or the file was removed`
    return { signers: [], fault, files: [] }
  }
  const signature = await contentAt(tree, SIGNATURE_PATH, SIGNATURE_LIMIT)
  const { trusted, now: at } = options
  const verification = verifyManifest(content, signature, { trusted, at })
  const { manifest } = verification
  return { ...verification, files: manifest ? await filesOf(image, manifest, options) : [] }
}

/** Undefined when there is no such file. What is larger than it can be is cut off, and then no longer what was signed. */
async function contentAt(tree: Tree, path: string, limit: number): Promise<Uint8Array | undefined> {
  const entry = tree.get(path)
  return entry?.kind === 'file' ? await read(entry.content, 0, Math.min(entry.content.size, limit + 1)) : undefined
}

async function filesOf(
  image: OpenedImage,
  manifest: Manifest,
  options: VerifyOptions,
): Promise<readonly FileProblem[]> {
  const set = await setOf(image.tree)
  const own = [MANIFEST_PATH, SIGNATURE_PATH, ...set.others]
  const files = manifest.files.filter(({ path }) => !set.elsewhere(path))
  // Where the medium itself is the system partition, its files are among the others.
  const system = image.systemPartition
  const more = system
    ? []
    : manifest.systemPartition.filter(
        ({ path }) => !manifest.files.some(each => each.path === path) && !set.elsewhere(path),
      )
  return [
    ...(await compare('medium', image.tree, [...files, ...more], own, options)),
    ...(system ? await compare('system partition', system, manifest.systemPartition, [], options) : []),
  ]
}

/** In a media set, files on other media are not missing, and pieces of files are verified when they are joined. */
async function setOf(tree: Tree): Promise<{ readonly others: readonly string[]; elsewhere(path: string): boolean }> {
  const data = await contentAt(tree, SET_PATH, SET_LIMIT)
  if (!data) return { others: [], elsewhere: () => false }
  const { number, count, files } = decodeSet(data)
  const isCut = (path: string): boolean => (files[path]?.length ?? 0) > 1
  const pieces = Object.keys(files)
    .filter(isCut)
    .flatMap(path => files[path]!.map((_, index) => piecePath(path, index)))
  return {
    others: [SET_PATH, ...pieces],
    elsewhere: path =>
      isCut(path) || (files[path] ? files[path][0] !== number : number > 1 && count > 1 && !tree.has(path)),
  }
}

async function compare(
  place: FileProblem['place'],
  found: Tree,
  expected: readonly ManifestEntry[],
  others: readonly string[],
  options: VerifyOptions,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = []
  const left = new Map(sortTree(found).flatMap(({ path, entry }) => (entry.kind === 'folder' ? [] : [[path, entry]])))
  for (const path of others) left.delete(path)
  for (const wanted of expected) {
    const entry = left.get(wanted.path)
    left.delete(wanted.path)
    if (!entry) problems.push({ what: 'missing', path: wanted.path, place })
    else if (!(await isSame(entry, wanted, options))) problems.push({ what: 'changed', path: wanted.path, place })
  }
  for (const path of left.keys()) problems.push({ what: 'added', path, place })
  return problems
}

async function isSame(entry: Entry, wanted: ManifestEntry, { signal }: VerifyOptions): Promise<boolean> {
  if ('link' in wanted) return entry.kind === 'link' && entry.target === wanted.link
  if (entry.kind !== 'file' || entry.content.size !== wanted.size) return false
  return (await digest(entry.content, 'sha256', { signal })) === wanted.sha256
}
