import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ContentKind, StepContent } from '@bootwright/api'
import { type ContentFile, type ContentItem, contentBlobPath } from '@bootwright/medium'
import { AgentError } from '../errors.ts'
import type { VolumeFiles } from '../medium/storage.ts'

export interface ContentOptions {
  /** What the medium carries. */
  readonly items: readonly ContentItem[]
  /** Where the bytes may be, in this order. */
  readonly volumes: () => Promise<readonly Pick<VolumeFiles, 'digest' | 'path'>[]>
  /** Where copies are kept. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
}

/** The contents of a medium for steps: each byte is judged before it is used. */
export interface Contents {
  get(kind: ContentKind, name: string): Promise<StepContent>
}

/** Below the folder of copies. */
const PACKAGES = 'Packages'

export function contents({ items, volumes, folder, onProgress }: ContentOptions): Contents {
  const judged = new Map<string, string>()

  /** Path of a file with this digest. Throws {@link AgentError} `CONTENT_MISSING` or `CONTENT_CHANGED`. */
  const find = async ({ sha256, size, path: name }: ContentFile): Promise<string> => {
    const known = judged.get(sha256)
    if (known !== undefined) return known
    let isThere = false
    for (const volume of await volumes()) {
      const path = await volume.path(contentBlobPath(sha256))
      if (path === undefined) continue
      isThere = true
      const digest = await volume.digest(contentBlobPath(sha256), done => onProgress(done, size)).catch(() => undefined)
      if (digest?.sha256 !== sha256 || digest.size !== size) continue
      judged.set(sha256, path)
      return path
    }
    if (isThere)
      throw new AgentError(
        'CONTENT_CHANGED',
        `the file ${name} of this medium was changed, or cannot be read; make the medium again`,
      )
    throw new AgentError('CONTENT_MISSING', `the file ${name} is not on this medium; make the medium again`)
  }

  const copy = async (item: ContentItem): Promise<string> => {
    const to = join(await folder(), PACKAGES, `${item.kind} ${item.name}`)
    if (await exists(to)) return to
    const unfinished = `${to}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true })
    const total = item.files.reduce((sum, { size }) => sum + size, 0)
    let done = 0
    for (const file of item.files) {
      const target = join(unfinished, ...file.path.split('/'))
      if (!target.startsWith(unfinished + sep))
        throw new AgentError('CONTENT_CHANGED', `the file ${file.path} of "${item.name}" leads out of its folder`)
      await mkdir(dirname(target), { recursive: true })
      await copyJudged(file, target, bytes => onProgress(done + bytes, total))
      done += file.size
    }
    await rename(unfinished, to)
    return to
  }

  /** Judged while it is copied, so that it is read once. */
  const copyJudged = async (file: ContentFile, target: string, progress: (bytes: number) => void): Promise<void> => {
    let failure: AgentError | undefined
    for (const volume of await volumes()) {
      const path = await volume.path(contentBlobPath(file.sha256))
      if (path === undefined) continue
      const hash = createHash('sha256')
      let size = 0
      const judge = new Transform({
        transform(chunk, _, next) {
          hash.update(chunk)
          size += chunk.length
          progress(size)
          next(undefined, chunk)
        },
      })
      await pipeline(createReadStream(path), judge, createWriteStream(target, { mode: 0o755 }))
      if (hash.digest('hex') === file.sha256 && size === file.size) return
      failure = new AgentError(
        'CONTENT_CHANGED',
        `the file ${file.path} of this medium was changed; make the medium again`,
      )
    }
    throw (
      failure ?? new AgentError('CONTENT_MISSING', `the file ${file.path} is not on this medium; make the medium again`)
    )
  }

  return {
    async get(kind, name) {
      const item = items.find(each => each.kind === kind && each.name === name)
      if (!item) {
        const known = items.filter(each => each.kind === kind).map(each => each.name)
        throw new AgentError(
          'CONTENT_MISSING',
          `this medium carries no ${kind} "${name}"; it has ${known.join(', ') || 'none'}`,
        )
      }
      return {
        version: item.version,
        imageIndex: item.imageIndex,
        files: item.files.map(({ path }) => path),
        copy: () => copy(item),
        async path(file) {
          const entry = item.files.find(({ path }) => path === file)
          if (!entry) throw new AgentError('CONTENT_MISSING', `"${name}" has no file ${file}`)
          const local = join(await folder(), PACKAGES, `${kind} ${name}`)
          return (await exists(local)) ? join(local, ...file.split('/')) : await find(entry)
        },
      }
    },
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
