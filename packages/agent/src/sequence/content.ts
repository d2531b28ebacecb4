import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ContentKind, StepContent } from '@bootwright/api'
import { type ContentFile, type ContentItem, contentBlobPath, piecePath } from '@bootwright/medium'
import { AgentError } from '../errors.ts'
import type { VolumeFiles } from '../medium/storage.ts'

export interface ContentOptions {
  /** What the medium carries. */
  readonly items: readonly ContentItem[]
  /** Where the bytes may be, in this order. */
  readonly volumes: () => Promise<readonly Pick<VolumeFiles, 'digest' | 'path'>[]>
  /** Of a medium that is one of several. */
  readonly set?: MediaSet | undefined
  /** Where copies are kept. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
}

/** Contents that are spread over several media. */
export interface MediaSet {
  /** The numbers of the media with a file of the contents, or with its pieces in order; undefined when it is on none. */
  locate(path: string): readonly number[] | undefined
  /** Has people put that medium in. Nothing of another one can be used then. */
  insert(number: number): Promise<void>
}

/** The contents of a medium for steps: each byte is judged before it is used. */
export interface Contents {
  get(kind: ContentKind, name: string): Promise<StepContent>
}

/** Below the folder of copies. */
const PACKAGES = 'Packages'

export function contents({ items, volumes, set, folder, onProgress }: ContentOptions): Contents {
  const judged = new Map<string, string>()

  /** Path of a file with this digest. Throws {@link AgentError} `CONTENT_MISSING` or `CONTENT_CHANGED`. */
  const find = async (file: ContentFile): Promise<string> => {
    const { sha256, size, path: name } = file
    const blob = contentBlobPath(sha256)
    const known = judged.get(sha256)
    if (known !== undefined) return known
    if (await bring(blob)) return await assemble(file)
    let isThere = false
    for (const volume of await volumes()) {
      const path = await volume.path(blob)
      if (path === undefined) continue
      isThere = true
      const digest = await volume.digest(blob, done => onProgress(done, size)).catch(() => undefined)
      if (digest?.sha256 !== sha256 || digest.size !== size) continue
      judged.set(sha256, path)
      return path
    }
    throw isThere ? changed(name) : missing(name)
  }

  /** Has the medium with a file put in. True when the file is in pieces. */
  const bring = async (blob: string): Promise<boolean> => {
    const numbers = set?.locate(blob)
    if (!set || !numbers) return false
    if (numbers.length > 1) return true
    for (const volume of await volumes()) if ((await volume.path(blob)) !== undefined) return false
    judged.clear()
    await set.insert(numbers[0]!)
    return false
  }

  /** Puts a file together on the disk. */
  const assemble = async ({ sha256, size, path: name }: ContentFile): Promise<string> => {
    const to = join(await folder(), PACKAGES, sha256)
    if (await exists(to)) return to
    await mkdir(dirname(to), { recursive: true })
    const unfinished = `${to}.unfinished`
    await rm(unfinished, { force: true })
    const blob = contentBlobPath(sha256)
    const hash = createHash('sha256')
    let done = 0
    for (const [index, number] of (set?.locate(blob) ?? []).entries()) {
      const piece = piecePath(blob, index)
      const hasPiece = async (): Promise<string | undefined> => {
        for (const volume of await volumes()) {
          const path = await volume.path(piece)
          if (path !== undefined) return path
        }
        return undefined
      }
      if ((await hasPiece()) === undefined) {
        judged.clear()
        await set?.insert(number)
      }
      const from = await hasPiece()
      if (from === undefined) throw missing(name)
      const before = done
      await pipeline(
        createReadStream(from, { highWaterMark: 1 << 20 }),
        counted(
          bytes => onProgress(before + bytes, size),
          chunk => hash.update(chunk),
        ),
        createWriteStream(unfinished, { flags: 'a', mode: 0o600 }),
      )
      done = (await stat(unfinished)).size
    }
    if (done !== size || hash.digest('hex') !== sha256) {
      await rm(unfinished, { force: true })
      throw changed(name)
    }
    await rename(unfinished, to)
    return to
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
    const blob = contentBlobPath(file.sha256)
    if (await bring(blob)) return await copyFile(await assemble(file), target)
    let isThere = false
    for (const volume of await volumes()) {
      const path = await volume.path(blob)
      if (path === undefined) continue
      isThere = true
      const hash = createHash('sha256')
      let size = 0
      const judge = counted(
        bytes => {
          size = bytes
          progress(bytes)
        },
        chunk => hash.update(chunk),
      )
      await pipeline(createReadStream(path), judge, createWriteStream(target, { mode: 0o755 }))
      if (hash.digest('hex') === file.sha256 && size === file.size) return
    }
    throw isThere ? changed(file.path) : missing(file.path)
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

const changed = (name: string): AgentError =>
  new AgentError(
    'CONTENT_CHANGED',
    `the file ${name} of this medium was changed, or cannot be read; make the medium again`,
  )
const missing = (name: string): AgentError =>
  new AgentError('CONTENT_MISSING', `the file ${name} is not on this medium; make the medium again`)

/** Passes everything on, and tells of it. */
const counted = (onCount: (bytes: number) => void, onChunk: (chunk: Uint8Array) => void): Transform => {
  let size = 0
  return new Transform({
    transform(chunk, _, next) {
      onChunk(chunk)
      size += chunk.length
      onCount(size)
      next(undefined, chunk)
    },
  })
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
