import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { ContentItem } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'
import { exists } from './exists.ts'
import type { ContentWriter } from './writer.ts'

export interface PackageCopiesOptions {
  readonly writer: ContentWriter
  /** The parent of the folder of copies. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
}

/** Complete copies of contents, each in a folder of its own. */
export interface PackageCopies {
  /** Path of the copy, which is written unless there is one already. Throws as {@link ContentWriter.write}. */
  copy(item: ContentItem): Promise<string>
  /** Path of the copy; undefined when there is none. */
  existing(item: Pick<ContentItem, 'kind' | 'name'>): Promise<string | undefined>
}

/** Folder of the copies. */
const PACKAGES = 'Packages'

export function packageCopies({ writer, folder, onProgress }: PackageCopiesOptions): PackageCopies {
  const folderOf = async ({ kind, name }: Pick<ContentItem, 'kind' | 'name'>): Promise<string> =>
    join(await folder(), PACKAGES, `${kind} ${name}`)
  return {
    async copy(item) {
      const to = await folderOf(item)
      if (await exists(to)) return to
      const unfinished = `${to}.unfinished`
      await rm(unfinished, { recursive: true, force: true })
      await mkdir(unfinished, { recursive: true })
      const total = item.files.reduce((sum, { size }) => sum + size, 0)
      let done = 0
      for (const file of item.files) {
        const path = join(unfinished, ...file.path.split('/'))
        if (!path.startsWith(unfinished + sep))
          throw new AgentError('CONTENT_CHANGED', `the file ${file.path} of "${item.name}" leads out of its folder`)
        await mkdir(dirname(path), { recursive: true })
        await writer.write(file, path, bytes => onProgress(done + bytes, total))
        done += file.size
      }
      await rename(unfinished, to)
      return to
    },
    async existing(item) {
      const path = await folderOf(item)
      return (await exists(path)) ? path : undefined
    },
  }
}
