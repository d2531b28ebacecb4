import type { X509Certificate } from 'node:crypto'
import type { OpenedImage, Plugin } from '@bootwright/api'
import { digest, type Entry, read, sortTree, type Tree } from '@bootwright/bytes'
import { CmsError, type VerifiedSigner, verifySignedData } from '@bootwright/format-cms'
import {
  decodeManifest,
  MANIFEST_LIMIT,
  MANIFEST_PATH,
  type Manifest,
  type ManifestEntry,
  MediumError,
  SIGNATURE_PATH,
} from '@bootwright/medium'
import { inspectImage } from './inspect.ts'

/** Bytes. More than any signature needs. */
const SIGNATURE_LIMIT = 1 << 20

export interface VerifyOptions {
  /** Readers of images. */
  readonly plugins: readonly Plugin[]
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

export interface Verification {
  readonly carrier: string
  /** Undefined when the signature does not hold: then nothing of it is believed. */
  readonly manifest: Manifest | undefined
  readonly signers: readonly VerifiedSigner[]
  /** Why the medium as a whole is not to be trusted. */
  readonly faults: readonly string[]
  readonly files: readonly FileProblem[]
}

/** Compares an image, file by file, with its signed manifest. Throws when it cannot be read; what is wrong with it is in the result. */
export async function verifyImage(file: string, options: VerifyOptions): Promise<Verification> {
  const image = await inspectImage(file, options.plugins)
  const { carrier } = image
  const result = (faults: readonly string[], more: Partial<Verification> = {}): Verification => ({
    carrier,
    manifest: undefined,
    signers: [],
    files: [],
    ...more,
    faults,
  })
  const data = await contentAt(image.tree, MANIFEST_PATH, MANIFEST_LIMIT)
  if (typeof data === 'string') return result([data])
  const { signers, fault } = await signersOf(image.tree, data, options)
  if (fault !== undefined) return result([fault], { signers })
  let manifest: Manifest
  try {
    manifest = decodeManifest(data)
  } catch (error) {
    if (!(error instanceof MediumError)) throw error
    return result([`${MANIFEST_PATH}: ${error.message}`], { signers })
  }
  return result([], { signers, manifest, files: await filesOf(image, manifest, options) })
}

async function signersOf(
  tree: Tree,
  content: Uint8Array,
  { trusted, now }: VerifyOptions,
): Promise<{ readonly signers: readonly VerifiedSigner[]; readonly fault?: string }> {
  const isJudged = trusted.length > 0
  if (!tree.has(SIGNATURE_PATH)) return isJudged ? { signers: [], fault: 'the medium is not signed' } : { signers: [] }
  const signature = await contentAt(tree, SIGNATURE_PATH, SIGNATURE_LIMIT)
  if (typeof signature === 'string') return { signers: [], fault: signature }
  let signers: readonly VerifiedSigner[]
  try {
    signers = verifySignedData(signature, { content, trusted, at: now })
  } catch (error) {
    if (!(error instanceof CmsError)) throw error
    return { signers: [], fault: `${SIGNATURE_PATH}: ${error.message}` }
  }
  // Nobody to trust was named: a signature that does not hold is a fault all the same.
  const holds = signers.some(({ problem }) => !problem || (!isJudged && problem.code === 'UNTRUSTED'))
  if (holds) return { signers }
  const reasons = signers.map(({ problem }) => problem?.message).join('; ')
  return { signers, fault: `no signature of the medium holds: ${reasons || 'there is no signer'}` }
}

async function contentAt(tree: Tree, path: string, limit: number): Promise<Uint8Array | string> {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') return `the medium has no ${path}: it was not made by Bootwright, or the file was removed`
  const { size } = entry.content
  if (size > limit) return `${path} has ${size} bytes; at most ${limit} are expected`
  return await read(entry.content)
}

async function filesOf(
  { tree, systemPartition = new Map() }: OpenedImage,
  manifest: Manifest,
  options: VerifyOptions,
): Promise<readonly FileProblem[]> {
  const compare = async (
    place: FileProblem['place'],
    found: Tree,
    expected: readonly ManifestEntry[],
  ): Promise<FileProblem[]> => {
    const problems: FileProblem[] = []
    const left = new Map(sortTree(found).flatMap(({ path, entry }) => (entry.kind === 'folder' ? [] : [[path, entry]])))
    for (const wanted of expected) {
      const entry = left.get(wanted.path)
      left.delete(wanted.path)
      if (!entry) problems.push({ what: 'missing', path: wanted.path, place })
      else if (!(await isSame(entry, wanted, options))) problems.push({ what: 'changed', path: wanted.path, place })
    }
    for (const path of left.keys()) problems.push({ what: 'added', path, place })
    return problems
  }
  const isOwn = (path: string): boolean => path === MANIFEST_PATH || path === SIGNATURE_PATH
  const files = new Map([...tree].filter(([path]) => !isOwn(path)))
  return [
    ...(await compare('medium', files, manifest.files)),
    ...(await compare('system partition', systemPartition, manifest.systemPartition)),
  ]
}

async function isSame(entry: Entry, wanted: ManifestEntry, { signal }: VerifyOptions): Promise<boolean> {
  if ('link' in wanted) return entry.kind === 'link' && entry.target === wanted.link
  if (entry.kind !== 'file' || entry.content.size !== wanted.size) return false
  return (await digest(entry.content, 'sha256', { signal })) === wanted.sha256
}
