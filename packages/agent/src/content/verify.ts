import { type ContentFile, type ContentItem, contentBlobPath } from '@bootwright/medium-format'
import type { FileDigest, Volume } from '../computer/storage.ts'
import type { FoundMedium } from '../medium/find.ts'
import type { Computer } from '../ui/computer.ts'
import { contentItems, hasContents } from './items.ts'
import { openVolumes } from './volumes.ts'

/** Of a content: all of it is there and as it was made; some of it is not what it was; some of it is not there. */
export type ContentState = 'valid' | 'stale' | 'missing'
export interface VerifiedContent {
  readonly item: ContentItem
  readonly state: ContentState
}

/**
 * Verifies every content that the medium declares, by the digest of each of its files. Files are searched on the medium's own volume, then
 * on all others: what has the digest is the content, wherever it is. Throws when it cannot be known what there should be.
 */
export async function verifyContent(target: Computer, medium: FoundMedium): Promise<readonly VerifiedContent[]> {
  if (!(await hasContents(medium))) return []
  await using volumes = await everyVolume(target, medium)
  const verified: VerifiedContent[] = []
  for (const item of await contentItems(volumes.all, medium.manifest)) {
    target.report.tell('info', 'contentChecking', { name: item.name })
    const states: ContentState[] = []
    for (const file of item.files) states.push(await stateOf(volumes.all, file))
    verified.push({ item, state: worst(states) })
  }
  return verified
}

const worst = (states: readonly ContentState[]): ContentState =>
  states.includes('missing') ? 'missing' : states.includes('stale') ? 'stale' : 'valid'

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

/** The medium's volume and every other one that can be mounted. */
async function everyVolume(
  target: Computer,
  { device, volume }: FoundMedium,
): Promise<AsyncDisposable & { readonly all: readonly Volume[] }> {
  const others = await openVolumes(target, each => each.path !== device.path)
  return {
    all: [volume, ...others],
    async [Symbol.asyncDispose]() {
      for (const other of others) await other.unmount()
    },
  }
}
