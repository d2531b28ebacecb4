import {
  CONTENT_INDEX_PATH,
  type ContentFile,
  type ContentItem,
  contentBlobPath,
  type Manifest,
  readContent,
} from '@bootwright/medium'
import { messageOf } from '../errors.ts'
import { mediumFiles } from '../medium/files.ts'
import type { FoundMedium } from '../medium/find.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../medium/signature.ts'
import type { FileDigest, Volume } from '../medium/storage.ts'
import type { Target } from '../target.ts'

/** Of a content: all of it is there and as it was made; some of it is not what it was; some of it is not there. */
export type ContentState = 'valid' | 'stale' | 'missing'
export interface JudgedContent {
  readonly item: ContentItem
  readonly state: ContentState
}

/**
 * Judges every content that the medium says it has, by the digest of each of its files. They are looked for on the medium's own volume, then
 * on all others: what has the digest is the content, wherever it is. Throws when it cannot be known what there should be.
 */
export async function judgeContent(target: Target, medium: FoundMedium): Promise<readonly JudgedContent[]> {
  const { manifest, volume } = medium
  const hasContent = manifest
    ? manifest.files.some(({ path }) => path === CONTENT_INDEX_PATH)
    : (await volume.digest(CONTENT_INDEX_PATH)) !== undefined
  if (!hasContent) return []
  await using volumes = await openVolumes(target, medium)
  const judged: JudgedContent[] = []
  for (const item of await readContent((path, limit) => documentOf(volumes.all, manifest, path, limit))) {
    target.report.tell('info', 'contentChecking', { name: item.name })
    const states: ContentState[] = []
    for (const file of item.files) states.push(await stateOf(volumes.all, file))
    judged.push({ item, state: worst(states) })
  }
  return judged
}

const worst = (states: readonly ContentState[]): ContentState =>
  states.includes('missing') ? 'missing' : states.includes('stale') ? 'stale' : 'valid'

/** What tells of contents may be on another volume, too; the manifest of the medium judges it, wherever it is. */
async function documentOf(
  volumes: readonly Volume[],
  manifest: Manifest | undefined,
  path: string,
  limit: number,
): Promise<Uint8Array | undefined> {
  let failure: unknown
  for (const volume of volumes) {
    try {
      const data = await mediumFiles(volume, manifest).read(path, limit)
      if (data) return data
    } catch (error) {
      failure ??= error
    }
  }
  if (failure) throw failure
  return undefined
}

async function stateOf(volumes: readonly Volume[], { sha256, size }: ContentFile): Promise<ContentState> {
  let isThere = false
  for (const volume of volumes) {
    const digest = await volume.digest(contentBlobPath(sha256)).catch(() => UNREADABLE)
    if (digest?.sha256 === sha256 && digest.size === size) return 'valid'
    isThere ||= digest !== undefined
  }
  return isThere ? 'stale' : 'missing'
}
/** A file that cannot be read to its end. */
const UNREADABLE: FileDigest = { size: -1, sha256: '' }

/** The medium's volume and every other one that can be mounted. Those that cannot be are logged: they may hold anything. */
async function openVolumes(
  { storage, report }: Target,
  { device, volume }: FoundMedium,
): Promise<AsyncDisposable & { readonly all: readonly Volume[] }> {
  const others: Volume[] = []
  for (const each of await storage.devices()) {
    if (each.path === device.path) continue
    try {
      const [fileSystem] = fileSystemsOf(await storage.head(each, SIGNATURE_LENGTH))
      if (fileSystem) others.push(await storage.mount(each, fileSystem))
    } catch (error) {
      report.log('info', 'a volume is not searched for content', { device: each.path, error: messageOf(error) })
    }
  }
  return {
    all: [volume, ...others],
    async [Symbol.asyncDispose]() {
      for (const other of others) await other.unmount()
    },
  }
}
