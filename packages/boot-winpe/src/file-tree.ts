import type { Bytes, FileEntry, Tree } from '@bootwright/bytes'

/** Files found by their paths without regard to case, as Windows does. */
export interface FileTree {
  /** For messages: where these files are. */
  readonly place: string
  file(path: string): Bytes | undefined
  /** Every file below a folder, by the path under it in lower case. */
  below(folder: string): ReadonlyMap<string, Bytes>
}

export function fileTree(tree: Tree, place: string): FileTree {
  const files = new Map(
    [...tree].flatMap(([path, entry]) =>
      entry.kind === 'file' ? [[path.toLowerCase(), (entry as FileEntry).content] as const] : [],
    ),
  )
  return {
    place,
    file: path => files.get(path.toLowerCase()),
    below(folder) {
      const start = `${folder.toLowerCase()}/`
      return new Map(
        [...files].flatMap(([path, file]) => (path.startsWith(start) ? [[path.slice(start.length), file]] : [])),
      )
    },
  }
}

/** A file that may be in several places. */
export interface Candidate {
  readonly tree: FileTree
  readonly path: string
}
export const nameOf = ({ tree, path }: Candidate): string => `${path} in ${tree.place}`
