import { join } from 'node:path'
import type { ContentKind, StepContent } from '@bootwright/api'
import type { ContentFile, ContentItem } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'
import type { System } from '../computer/system.ts'
import { type BlobLocatorOptions, blobLocator } from './blob-locator.ts'
import { packageCopies } from './package-copies.ts'
import { presentedFiles } from './presented-files.ts'
import type { RemoteContents } from './remote-contents.ts'
import { contentWriter } from './writer.ts'

export interface ContentOptions extends BlobLocatorOptions {
  /** The contents of the medium. */
  readonly items: readonly ContentItem[]
  /** Downloads files that are on no volume. */
  readonly remote?: RemoteContents | undefined
  /** Path of an earlier file of the same content and name, if there is one. */
  readonly older?: ((item: ContentItem, file: ContentFile) => Promise<string | undefined>) | undefined
  /** The key of encrypted contents. */
  readonly key?: Uint8Array | undefined
  /** Presents a virtual file to programs; undefined where the system cannot. */
  readonly present?: System['present'] | undefined
  /** The parent of the folders of copies. */
  readonly folder: () => Promise<string>
  /** Reports a failed read of a virtual file. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The contents of a medium for steps: every byte is verified before use. */
export interface Contents {
  get(kind: ContentKind, name: string): Promise<StepContent>
  /** Deletes the copies that only {@link StepContent.path} needed. */
  tidy(): Promise<void>
}

export function contents(options: ContentOptions): Contents {
  const { items, volumes, set, remote, key, present, folder, onProgress, onError = () => {} } = options
  const older = async (file: ContentFile): Promise<string | undefined> => {
    const item = items.find(({ files }) => files.includes(file))
    return item && (await options.older?.(item, file))
  }
  const keyFor = ({ path }: ContentFile): Uint8Array => {
    if (key) return key
    throw new AgentError(
      'CONTENT_CHANGED',
      `the file ${path} is encrypted, and this medium has no key for it; build the medium again`,
    )
  }
  const locator = blobLocator({ volumes, set, onProgress })
  const writer = contentWriter({ locator, remote, older, keyFor })
  const files = presentedFiles({ locator, writer, remote, older, keyFor, present, folder, onProgress, onError })
  const copies = packageCopies({ writer, folder, onProgress })

  return {
    async get(kind, name) {
      const item = items.find(each => each.kind === kind && each.name === name)
      if (!item) {
        const known = items.filter(each => each.kind === kind).map(each => each.name)
        throw new AgentError(
          'CONTENT_MISSING',
          `this medium contains no ${kind} "${name}"; expected one of: ${known.join(', ') || 'none'}`,
        )
      }
      return {
        version: item.version,
        imageIndex: item.imageIndex,
        files: item.files.map(({ path }) => path),
        copy: () => copies.copy(item),
        async path(file) {
          const entry = item.files.find(({ path }) => path === file)
          if (!entry) throw new AgentError('CONTENT_MISSING', `"${name}" contains no file ${file}`)
          const copy = await copies.existing(item)
          return copy === undefined ? await files.path(entry) : join(copy, ...file.split('/'))
        },
      }
    },
    tidy: files.tidy,
  }
}
