import { createHash } from 'node:crypto'
import { type Bytes, concat, fromMemory, overlay, type Patch, padTo, type Tree, zeros } from '@bootwright/bytes'
import {
  BACKUP_SECTOR,
  type BootSector,
  encodeBootSector,
  FSINFO_SECTOR,
  ROOT_CLUSTER,
} from '../structures/boot-sector.ts'
import { ENTRY_SIZE } from '../structures/directory-entry.ts'
import { dosTime } from '../structures/dos-time.ts'
import { encodeFsInfo } from '../structures/fs-info.ts'
import { FIRST_CLUSTER, type Geometry, TABLES } from '../structures/geometry.ts'
import { encodeLabel, fatLabel, NO_LABEL } from '../structures/label.ts'
import type { FatExtent, FatOptions, FatPlan } from '../structures/options.ts'
import { planTable } from '../structures/table.ts'
import { chooseGeometry } from './choose-geometry.ts'
import { encodeFolder } from './encode-folder.ts'
import { foldersOf } from './folders.ts'

/**
 * Lays out a FAT volume that holds `tree`: folders first, then the files without gaps, those that change often last. Reads nothing; the
 * contents stay what they are in the tree. Throws {@link FatError} for what the format or the options cannot hold and `BytesError`
 * `TREE_PATH` for what is no tree.
 */
export function planFat(tree: Tree, options: FatOptions): FatPlan {
  const label = fatLabel(options.label ?? '')
  const time = dosTime(options.date)
  const { folders, files } = foldersOf(tree, label !== '')
  const geometry = chooseGeometry(options, {
    rootEntries: folders[0]!.size / ENTRY_SIZE,
    clusters: (clusterSize, type) =>
      withRoom(
        folders.reduce(
          (sum, { path, size }) => (path === '' && type !== 32 ? sum : sum + folderClusters(size, clusterSize)),
          0,
        ),
        clusterSize,
        options,
      ) + files.reduce((sum, { content }) => sum + Math.ceil(content.size / clusterSize), 0),
  })
  const { type, clusterSize, sectorSize, dataSector } = geometry

  const places = new Map<string, { firstCluster: number; size: number }>()
  const chainLengths: number[] = []
  let next = FIRST_CLUSTER
  const place = (path: string, size: number, clusters: number): void => {
    places.set(path, { firstCluster: clusters > 0 ? next : 0, size })
    if (clusters > 0) chainLengths.push(clusters)
    next += clusters
  }
  const clusterFolders = type === 32 ? folders : folders.slice(1)
  for (const { path, size } of clusterFolders) place(path, 0, folderClusters(size, clusterSize))
  const gap = { from: next, to: FIRST_CLUSTER + withRoom(next - FIRST_CLUSTER, clusterSize, options) }
  if (gap.to > gap.from) chainLengths.push(gap.to - gap.from)
  next = gap.to
  for (const { path, content } of files) place(path, content.size, Math.ceil(content.size / clusterSize))

  const contentOf = (folder: (typeof folders)[number]): Bytes =>
    fromMemory(encodeFolder(folder, path => places.get(path)!, label, time))
  const toClusters = (bytes: Bytes, least = 0): Bytes =>
    padTo(bytes, Math.max(least, Math.ceil(bytes.size / clusterSize)) * clusterSize)
  const table = planTable(type, chainLengths, geometry.tableSectors * sectorSize, gap)
  const serial = serialOf(options.seed ?? `${label} ${options.date.toISOString()}`)
  const head = [
    reservedSectors(geometry, options.hiddenSectors ?? 0, serial, label, next, gap.to - gap.from),
    ...Array.from({ length: TABLES }, () => table),
    ...(type === 32 ? [] : [padTo(contentOf(folders[0]!), geometry.rootEntries * ENTRY_SIZE)]),
  ]
  const body = [
    ...clusterFolders.map(folder => toClusters(contentOf(folder), 1)),
    zeros((gap.to - gap.from) * clusterSize),
    ...files.map(({ content }) => toClusters(content)),
  ]
  const extents: FatExtent[] = files
    .filter(({ content }) => content.size > 0)
    .map(({ path, content }) => {
      const offset = dataSector * sectorSize + (places.get(path)!.firstCluster - FIRST_CLUSTER) * clusterSize
      return { path, offset, size: content.size }
    })
  const bytes = padTo(concat([...head, ...body]), geometry.totalSectors * sectorSize)
  return { bytes, type, label, serial: serial.toString(16).toUpperCase().padStart(8, '0'), clusterSize, extents }
}

/** Clusters that the folders take with what is kept free behind them, so that the files stay where they are when there is one more. */
const withRoom = (folders: number, clusterSize: number, { folderRoom = 0 }: FatOptions): number =>
  folderRoom === 0 ? folders : Math.ceil((folders * clusterSize) / folderRoom) * (folderRoom / clusterSize)

/** A folder has a cluster even when nothing is in it. */
const folderClusters = (size: number, clusterSize: number): number => Math.max(1, Math.ceil(size / clusterSize))

const serialOf = (seed: string): number => createHash('sha256').update(seed).digest().readUInt32LE()

function reservedSectors(
  geometry: Geometry,
  hiddenSectors: number,
  serial: number,
  label: string,
  nextFree: number,
  gap: number,
): Bytes {
  const { type, sectorSize, clusterSize, clusters } = geometry
  const isFat32 = type === 32
  const fields: BootSector = {
    ...geometry,
    sectorsPerCluster: clusterSize / sectorSize,
    tables: TABLES,
    hiddenSectors,
    isFat32,
    rootCluster: ROOT_CLUSTER,
    serial,
    label: encodeLabel(label || NO_LABEL),
  }
  const boot = fromMemory(encodeBootSector(fields, type))
  const patches: Patch[] = [{ offset: 0, bytes: boot }]
  if (isFat32) {
    const used = nextFree - FIRST_CLUSTER - gap
    const info = fromMemory(encodeFsInfo(clusters - used, nextFree < FIRST_CLUSTER + clusters ? nextFree : 0xffffffff))
    for (const copy of [0, BACKUP_SECTOR]) patches.push({ offset: (copy + FSINFO_SECTOR) * sectorSize, bytes: info })
    patches.push({ offset: BACKUP_SECTOR * sectorSize, bytes: boot })
  }
  return overlay(zeros(geometry.reservedSectors * sectorSize), patches)
}
