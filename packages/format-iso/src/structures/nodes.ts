import { type Bytes, type Change, sortTree, type Tree } from '@bootwright/bytes'
import { IsoError } from '../errors.ts'
import { blocksFor } from './blocks.ts'

/** What one or more files contain. The layout gives it its first block; an empty one has none and stays at 0. */
export interface Content {
  readonly bytes: Bytes
  readonly blocks: number
  readonly change: Change
  readonly hasBootInfo: boolean
  block: number
}

export type Node = FolderNode | FileNode | LinkNode
interface Named {
  readonly name: string
  readonly path: string
  readonly parent: FolderNode | undefined
}
export interface FolderNode extends Named {
  readonly kind: 'folder'
  readonly mode: number
  readonly children: Node[]
}
export interface FileNode extends Named {
  readonly kind: 'file'
  readonly mode: number
  readonly content: Content
}
export interface LinkNode extends Named {
  readonly kind: 'link'
  readonly target: string
}

export interface Nodes {
  readonly root: FolderNode
  readonly byPath: ReadonlyMap<string, Node>
  /** Every distinct content, in the order of the first path that has it. */
  readonly contents: readonly Content[]
}

/** NAME_MAX and PATH_MAX of every POSIX system that mounts Rock Ridge: longer ones could be written but not opened. */
const NAME_LIMIT = 255
const PATH_LIMIT = 4095
/** libisofs, and with it xorriso, refuses a volume that has a link with a longer target. */
const TARGET_LIMIT = 1023

/** Links the entries of `tree` with each other. Files that have the very same `Bytes` share their content, but for those in `withBootInfo`. */
export function nodesOf(tree: Tree, withBootInfo: ReadonlySet<string>): Nodes {
  const root: FolderNode = { kind: 'folder', name: '', path: '', parent: undefined, mode: 0o755, children: [] }
  const byPath = new Map<string, Node>()
  const shared = new Map<Bytes, Content>()
  const contents: Content[] = []
  for (const { path, entry } of sortTree(tree)) {
    const slash = path.lastIndexOf('/')
    const parent = slash < 0 ? root : (byPath.get(path.slice(0, slash)) as FolderNode)
    const named = { name: path.slice(slash + 1), path, parent }
    checkName(named)
    let node: Node
    if (entry.kind === 'folder') node = { kind: 'folder', ...named, mode: entry.mode ?? 0o755, children: [] }
    else if (entry.kind === 'link') node = { kind: 'link', ...named, target: checkTarget(path, entry.target) }
    else {
      const hasBootInfo = withBootInfo.has(path)
      let content = hasBootInfo ? undefined : shared.get(entry.content)
      if (!content) {
        content = {
          bytes: entry.content,
          blocks: blocksFor(entry.content.size),
          change: entry.change ?? 'sometimes',
          hasBootInfo,
          block: 0,
        }
        contents.push(content)
        if (!hasBootInfo) shared.set(entry.content, content)
      }
      node = { kind: 'file', ...named, mode: entry.mode ?? 0o644, content }
    }
    parent.children.push(node)
    byPath.set(path, node)
  }
  return { root, byPath, contents }
}

function checkName({ name, path }: Named): void {
  if (!name.isWellFormed())
    throw new IsoError(
      'NAME_NOT_UNICODE',
      `"${path}" has half a surrogate pair and cannot be written as UTF-8; rename it`,
      { path },
    )
  if (Buffer.byteLength(name) > NAME_LIMIT)
    throw new IsoError(
      'NAME_TOO_LONG',
      `"${path}" has a name of ${Buffer.byteLength(name)} bytes in UTF-8; expected up to ${NAME_LIMIT}`,
      { path },
    )
  if (Buffer.byteLength(path) > PATH_LIMIT)
    throw new IsoError(
      'PATH_TOO_LONG',
      `"${path}" has ${Buffer.byteLength(path)} bytes in UTF-8; expected up to ${PATH_LIMIT}`,
      { path },
    )
}

function checkTarget(path: string, target: string): string {
  if (!target.isWellFormed() || target.includes('\0'))
    throw new IsoError('NAME_NOT_UNICODE', `the link "${path}" points to what is no name in UTF-8; change its target`, {
      path,
    })
  if (Buffer.byteLength(target) > TARGET_LIMIT)
    throw new IsoError(
      'LINK_TOO_LONG',
      `the link "${path}" has a target of ${Buffer.byteLength(target)} bytes; expected up to ${TARGET_LIMIT}`,
      { path },
    )
  return target
}
