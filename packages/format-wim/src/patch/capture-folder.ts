import type { BigIntStats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bytes, fromFile } from '@bootwright/bytes'
import { inOrder } from '../in-order.ts'
import { NO_SECURITY } from '../structures/dentry.ts'
import { FILE_ATTRIBUTE, type WimFile } from '../structures/image-tree.ts'
import { encodeSymbolicLink, SYMBOLIC_LINK } from '../structures/symbolic-link.ts'
import { encodeUnixData } from '../structures/unix-data.ts'
import { fileTimeOfNanoseconds } from '../structures/xml.ts'
import type { Store } from './change-tree.ts'

export interface CaptureOptions {
  /** Whether owner and mode are kept for systems that have them. */
  readonly hasUnixData?: boolean | undefined
}

/** A file of the disk, and its content when it has one. */
interface Found {
  readonly name: string
  readonly stats: BigIntStats
  readonly content: Bytes | undefined
  readonly children: readonly Found[] | undefined
}

const AT_ONCE = 16

/**
 * A folder of this computer as an image has it: contents, symbolic and hard links, times of change (of use and of making too, so that looking at
 * a file changes no image), owners and modes, devices. No file system that is mounted below is left out.
 */
export async function captureFolder(folder: string, store: Store, { hasUnixData }: CaptureOptions): Promise<WimFile> {
  const top = await lookAround(folder, '')
  const contents = new Map<string, Bytes>()
  const names = new Map<string, number>()
  for (const { stats, content } of all(top)) {
    if (stats.isDirectory()) continue
    names.set(identityOf(stats), (names.get(identityOf(stats)) ?? 0) + 1)
    if (content && !contents.has(identityOf(stats))) contents.set(identityOf(stats), content)
  }
  const digests = await store([...contents.values()])
  const sha1s = new Map([...contents.keys()].map((identity, index) => [identity, digests[index]!]))
  const groups = new Map<string, bigint>()
  const groupOf = (stats: BigIntStats): bigint => {
    const identity = identityOf(stats)
    if (stats.isDirectory() || stats.isSymbolicLink() || names.get(identity)! < 2) return 0n
    const group = groups.get(identity) ?? BigInt(groups.size + 1)
    groups.set(identity, group)
    return group
  }
  const fileOf = ({ name, stats, children }: Found): WimFile => {
    const time = fileTimeOfNanoseconds(stats.mtimeNs)
    const sha1 = stats.isDirectory() ? undefined : sha1s.get(identityOf(stats))
    const isLink = stats.isSymbolicLink()
    return {
      name,
      shortName: '',
      attributes: attributesOf(stats),
      securityId: NO_SECURITY,
      created: time,
      accessed: time,
      written: time,
      linkGroup: groupOf(stats),
      ...(isLink ? { reparse: { tag: SYMBOLIC_LINK, reserved: 0, flags: 0, sha1 } } : sha1 !== undefined && { sha1 }),
      ...(children && { children: children.map(fileOf) }),
      ...(hasUnixData && { extra: encodeUnixData(unixDataOf(stats)) }),
    }
  }
  return fileOf(top)
}

async function lookAround(path: string, name: string): Promise<Found> {
  const stats = await lstat(path, { bigint: true })
  if (stats.isSymbolicLink())
    return { name, stats, content: encodeSymbolicLink(await readlink(path)), children: undefined }
  if (stats.isFile())
    return { name, stats, content: stats.size > 0n ? await fromFile(path) : undefined, children: undefined }
  if (!stats.isDirectory()) return { name, stats, content: undefined, children: undefined }
  const names = (await readdir(path)).sort((a, b) => compare(a.toUpperCase(), b.toUpperCase()) || compare(a, b))
  const children = await inOrder(names, AT_ONCE, each => lookAround(join(path, each), each))
  return { name, stats, content: undefined, children }
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function* all(found: Found): Generator<Found, void, undefined> {
  yield found
  for (const child of found.children ?? []) yield* all(child)
}

/** Names of one file have the same. */
const identityOf = ({ dev, ino }: BigIntStats): string => `${dev} ${ino}`

function attributesOf(stats: BigIntStats): number {
  if (stats.isDirectory()) return FILE_ATTRIBUTE.directory
  return stats.isSymbolicLink() ? FILE_ATTRIBUTE.reparsePoint : FILE_ATTRIBUTE.archive
}

const unixDataOf = ({ uid, gid, mode, rdev }: BigIntStats) => ({
  uid: Number(uid),
  gid: Number(gid),
  mode: Number(mode),
  rdev: Number(rdev),
})
