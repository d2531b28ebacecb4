import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ContentKind, StepContent } from '@bootwright/api'
import {
  type ContentFile,
  type ContentItem,
  contentBlobPath,
  decrypted,
  MediumError,
  openEncrypted,
  piecePath,
} from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'
import type { VolumeFiles } from '../computer/storage.ts'
import type { System } from '../computer/system.ts'
import type { RemoteContents } from './remote-contents.ts'

export interface ContentOptions {
  /** What the medium carries. */
  readonly items: readonly ContentItem[]
  /** Where the bytes may be, in this order. */
  readonly volumes: () => Promise<readonly Pick<VolumeFiles, 'digest' | 'path'>[]>
  /** Of a medium that is one of several. */
  readonly set?: MediaSet | undefined
  /** Where they are from which are on no volume. */
  readonly remote?: RemoteContents | undefined
  /** An earlier file of the same content and name, if one is here. */
  readonly older?: ((item: ContentItem, file: ContentFile) => Promise<string | undefined>) | undefined
  /** Of contents that are encrypted. */
  readonly key?: Uint8Array | undefined
  /** Shows programs a file that is made while it is read; undefined where that is not possible. */
  readonly present?: System['present'] | undefined
  /** Where copies are kept. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
  /** A file of {@link present} could not be read. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Contents that are spread over several media. */
export interface MediaSet {
  /** The numbers of the media with a file of the contents, or with its pieces in order; undefined when it is on none. */
  locate(path: string): readonly number[] | undefined
  /** Has people put that medium in. Nothing of another one can be used then. */
  insert(number: number): Promise<void>
}

/** The contents of a medium for steps: every byte is verified before use. */
export interface Contents {
  get(kind: ContentKind, name: string): Promise<StepContent>
  /** Deletes the copies that only {@link StepContent.path} needed. */
  tidy(): Promise<void>
}

/** Below the folder of copies. */
const PACKAGES = 'Packages'
/** Likewise: single files that are not on the medium as they are. */
const FILES = 'Files'
/** ENOSPC, as logs of deployments know it. */
const DISK_FULL = 112

export function contents({
  items,
  volumes,
  set,
  remote,
  older = async () => undefined,
  key,
  present,
  folder,
  onProgress,
  onError = () => {},
}: ContentOptions): Contents {
  const verified = new Map<string, string>()
  const opened: FileHandle[] = []

  /** Has the medium put in that a file is on, or a piece of it. */
  const bring = async (path: string, number: number): Promise<void> => {
    for (const volume of await volumes()) if ((await volume.path(path)) !== undefined) return
    verified.clear()
    await set?.insert(number)
  }

  /** Where a file is, in ways that are tried one after the other: paths, in order, of all of its bytes. */
  async function* placesOf(file: ContentFile): AsyncIterable<AsyncIterable<string> | readonly string[]> {
    const blob = contentBlobPath(file.sha256)
    const numbers = set?.locate(blob) ?? []
    if (numbers.length > 1) {
      yield piecesOf(file, numbers)
      return
    }
    if (numbers.length === 1) await bring(blob, numbers[0]!)
    for (const volume of await volumes()) {
      const path = await volume.path(blob)
      if (path !== undefined) yield [path]
    }
  }

  async function* piecesOf({ sha256, path: name }: ContentFile, numbers: readonly number[]): AsyncIterable<string> {
    for (const [index, number] of numbers.entries()) {
      const piece = piecePath(contentBlobPath(sha256), index)
      await bring(piece, number)
      const paths = await Promise.all((await volumes()).map(volume => volume.path(piece)))
      const found = paths.find(path => path !== undefined)
      if (found === undefined) throw missing(name)
      yield found
    }
  }

  /** Writes a file, verifying it while it is read. Throws {@link AgentError} `CONTENT_MISSING` or `CONTENT_CHANGED`. */
  const write = async (file: ContentFile, target: string, progress: (bytes: number) => void): Promise<void> => {
    let isThere = false
    for await (const paths of placesOf(file)) {
      const hash = createHash('sha256')
      let size = 0
      const stored = async function* (): AsyncIterable<Uint8Array> {
        for await (const path of paths)
          for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
            hash.update(chunk)
            size += chunk.length
            progress(size)
            yield chunk
          }
      }
      isThere = true
      try {
        await pipeline(
          file.isEncrypted ? decrypted(stored(), keyFor(file)) : stored(),
          createWriteStream(target, { mode: 0o755 }),
        )
      } catch (error) {
        if (isOfTarget(error)) throw full(file.path)
        if (!(error instanceof MediumError) && !isOfReading(error)) throw error
        continue
      }
      if (hash.digest('hex') === file.sha256 && size === file.size) return
    }
    await rm(target, { force: true })
    if (remote) await download(file, target, progress)
    else throw isThere ? changed(file.path) : missing(file.path)
  }
  const olderOf = async (file: ContentFile): Promise<string | undefined> => {
    const item = items.find(({ files }) => files.includes(file))
    return item && (await older(item, file))
  }
  const download = async (file: ContentFile, to: string, onProgress: (bytes: number) => void): Promise<void> => {
    try {
      await remote!.download(file, to, { older: await olderOf(file), onProgress })
    } catch (error) {
      throw isOfTarget(error) ? full(file.path) : error
    }
  }
  const keyFor = ({ path }: ContentFile): Uint8Array => {
    if (key) return key
    throw new AgentError(
      'CONTENT_CHANGED',
      `the file ${path} is encrypted, and this medium has no key for it; make the medium again`,
    )
  }

  /** Path of a file. Throws as {@link write}. */
  const find = async (file: ContentFile): Promise<string> => {
    const blob = contentBlobPath(file.sha256)
    if ((set?.locate(blob)?.length ?? 0) > 1) return await made(file)
    if (file.isEncrypted) return (await shown(file)) ?? (await made(file))
    if (!remote) return await whole(file)
    try {
      return await whole(file)
    } catch (error) {
      if (!(error instanceof AgentError)) throw error
      return (await shownRemote(file)) ?? (await made(file))
    }
  }

  /** Path of a file that comes while it is read, so that it needs no room; undefined where that is not possible, or an earlier one helps. */
  const shownRemote = async (file: ContentFile): Promise<string | undefined> => {
    if (!present || (await olderOf(file)) !== undefined) return undefined
    const opened = await remote!.open(file)
    return opened && (await present({ name: file.sha256, ...opened, onError }))
  }

  /** Path of a file as it is on the medium. */
  const whole = async ({ sha256, size, path: name }: ContentFile): Promise<string> => {
    const blob = contentBlobPath(sha256)
    const known = verified.get(sha256)
    if (known !== undefined) return known
    let isThere = false
    const numbers = set?.locate(blob)
    if (numbers) await bring(blob, numbers[0]!)
    for (const volume of await volumes()) {
      const path = await volume.path(blob)
      if (path === undefined) continue
      isThere = true
      const digest = await volume.digest(blob, done => onProgress(done, size)).catch(() => undefined)
      if (digest?.sha256 !== sha256 || digest.size !== size) continue
      verified.set(sha256, path)
      return path
    }
    throw isThere ? changed(name) : missing(name)
  }

  /** Path of an encrypted file, opened while it is read. */
  const shown = async (file: ContentFile): Promise<string | undefined> => {
    if (!present) return undefined
    const stored = await open(await whole(file))
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await stored.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    }
    const plain = await openEncrypted(read, file.size, keyFor(file))
    const path = await present({ name: file.sha256, ...plain, onError })
    if (path === undefined) await stored.close()
    else opened.push(stored)
    return path
  }

  /** Path of a file that is not on the medium as it is. */
  const made = async (file: ContentFile): Promise<string> => {
    const to = join(await folder(), FILES, file.sha256)
    if (await exists(to)) return to
    await mkdir(dirname(to), { recursive: true })
    const unfinished = `${to}.unfinished`
    await write(file, unfinished, done => onProgress(done, file.size))
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
      await write(file, target, bytes => onProgress(done + bytes, total))
      done += file.size
    }
    await rename(unfinished, to)
    return to
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
    async tidy() {
      for (const file of opened.splice(0)) await file.close()
      await rm(join(await folder(), FILES), { recursive: true, force: true })
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
const full = (name: string): Error =>
  Object.assign(new Error(`no space is left for a copy of ${name}; take a larger disk, or a larger volume`), {
    exitCode: DISK_FULL,
  })

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
const isOfTarget = (error: unknown): boolean => codeOf(error) === 'ENOSPC'
/** A disc that is scratched. */
const isOfReading = (error: unknown): boolean => codeOf(error) === 'EIO'

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
