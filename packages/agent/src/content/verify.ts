import type { ContentItem } from '@bootwright/medium-format'
import type { Volume } from '../computer/storage.ts'
import type { FoundMedium } from '../medium/find.ts'
import type { Computer } from '../ui/computer.ts'
import { contentItems, hasContents } from './items.ts'
import { type ContentState, locateVerified } from './locate.ts'
import { openVolumes } from './volumes.ts'

export interface VerifiedContent {
  readonly item: ContentItem
  /** The worst state of its files. */
  readonly state: ContentState
}

/**
 * Verifies every content that the medium declares, by the digest of each of its files. The medium's own volume is searched first, then all
 * others: a file with the right digest is accepted wherever it is. Throws when the index of contents cannot be read.
 */
export async function verifyContent(computer: Computer, medium: FoundMedium): Promise<readonly VerifiedContent[]> {
  if (!(await hasContents(medium))) return []
  await using volumes = await everyVolume(computer, medium)
  const verified: VerifiedContent[] = []
  for (const item of await contentItems(volumes.all, medium.manifest)) {
    computer.report.print('info', 'verifyingContent', { name: item.name })
    const states: ContentState[] = []
    for (const file of item.files) states.push((await locateVerified(volumes.all, file)).state)
    verified.push({ item, state: worst(states) })
  }
  return verified
}

const worst = (states: readonly ContentState[]): ContentState =>
  states.includes('missing') ? 'missing' : states.includes('stale') ? 'stale' : 'valid'

/** The medium's volume and every other volume that can be mounted. */
async function everyVolume(
  computer: Computer,
  { device, volume }: FoundMedium,
): Promise<AsyncDisposable & { readonly all: readonly Volume[] }> {
  const others = await openVolumes(computer, each => each.path !== device.path)
  return {
    all: [volume, ...others],
    async [Symbol.asyncDispose]() {
      for (const other of others) await other.unmount()
    },
  }
}
