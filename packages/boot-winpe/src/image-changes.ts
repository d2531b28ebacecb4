import { resolve } from 'node:path'
import type { AgentProvider, Architecture, MediumIdentity } from '@bootwright/api'
import { type Bytes, type Entry, fromFolder, fromMemory, read, type Tree } from '@bootwright/bytes'
import { decodeHive, dwordValue, encodeHive, HiveError, keyAt, withValue } from '@bootwright/format-hive'
import { TRUST_PATH } from '@bootwright/medium-format'
import { BootWinpeError } from './errors.ts'
import type { FileTree } from './file-tree.ts'
import type { WinpeOptions } from './options.ts'
import { isFolder, openFile } from './source.ts'
import { FOLDER, KEYBOARD_SCRIPT, SHELL_INI, startScript } from './start-script.ts'

const SYSTEM_HIVE = 'Windows/System32/config/SYSTEM'
/** The file-based write filter, which keeps in memory what Windows PE writes. Its threshold is what DISM sets (`/Set-ScratchSpace`). */
const WRITE_FILTER = ['ControlSet001', 'Services', 'FBWF'] as const
const THRESHOLD = 'WinPECacheThreshold'
/** Bytes: far above the hive of any Windows PE. */
const HIVE_LIMIT = 256 << 20

/** What the options put into the image of every medium: read once. */
export async function sharedChanges(options: WinpeOptions, image: FileTree, folder: string): Promise<Tree> {
  const at = (path: string): string => resolve(folder, path)
  const tree = new Map<string, Entry>()
  if (options.files !== undefined) for (const [path, entry] of await folderOf(at(options.files))) tree.set(path, entry)
  for (const [index, path] of options.drivers.entries())
    for (const [below, entry] of await driversIn(at(path))) tree.set(`${FOLDER}/drivers/${index + 1}/${below}`, entry)
  if (options.background !== undefined) {
    const { name, content } = await backgroundOf(at(options.background))
    tree.set(`Windows/System32/${name}`, file(content))
  }
  if (options.scratchSpace !== undefined) tree.set(SYSTEM_HIVE, await hiveWith(options.scratchSpace, image))
  return tree
}

/** The agent, and what starts it on one medium. */
export async function agentFiles(
  agent: AgentProvider,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly tree: Tree }> {
  const { version, executable } = await agent.runtime({ platform: 'win', architecture })
  const bundle = await agent.bundle({ signal })
  const tree = new Map<string, Entry>([
    [`${FOLDER}/node.exe`, file(executable)],
    [`${FOLDER}/agent.mjs`, file(bundle)],
    [`${FOLDER}/bin/bootwright-keyboard.cmd`, text(KEYBOARD_SCRIPT)],
    ['Windows/System32/winpeshl.ini', text(SHELL_INI)],
  ])
  return { version, tree }
}

export const mediumFiles = ({ id, trust }: MediumIdentity, { inputLocale, drivers }: WinpeOptions): Tree =>
  new Map([
    [`${FOLDER}/start.cmd`, text(startScript({ mediumId: id, inputLocale, hasDrivers: drivers.length > 0 }))],
    [TRUST_PATH, file(fromMemory(trust))],
  ])

async function folderOf(path: string): Promise<Tree> {
  if (await isFolder(path)) return await fromFolder(path)
  throw new BootWinpeError('FILE_UNREADABLE', path, `${path} is no folder; expected one with files`)
}

async function driversIn(path: string): Promise<Tree> {
  const tree = await folderOf(path)
  if ([...tree.keys()].some(each => /\.inf$/i.test(each))) return tree
  throw new BootWinpeError(
    'FILE_MISSING',
    path,
    `${path} has no .inf file, so there is no driver in it; unpack what the vendor gives, and name the folder with the .inf files`,
  )
}

/** Windows PE shows `winpe.jpg`, and before Windows 10 `winpe.bmp`. */
async function backgroundOf(path: string): Promise<{ readonly name: string; readonly content: Bytes }> {
  const content = await openFile(path)
  const start = Buffer.from(await read(content, 0, Math.min(3, content.size))).toString('latin1')
  if (start === '\xff\xd8\xff') return { name: 'winpe.jpg', content }
  if (start.startsWith('BM')) return { name: 'winpe.bmp', content }
  throw new BootWinpeError('FILE_UNREADABLE', path, `${path} is neither JPEG nor BMP; convert it to one of them`)
}

async function hiveWith(megabytes: number, image: FileTree): Promise<Entry> {
  const hive = image.file(SYSTEM_HIVE)
  const why = `the scratch space is set in ${SYSTEM_HIVE}`
  if (!hive || hive.size > HIVE_LIMIT)
    throw new BootWinpeError(
      'FILE_MISSING',
      SYSTEM_HIVE,
      `${why}, which is not in ${image.place}; leave \`scratchSpace\` out`,
    )
  try {
    const root = decodeHive(await read(hive))
    if (!keyAt(root, WRITE_FILTER[0]))
      throw new BootWinpeError(
        'FILE_UNREADABLE',
        SYSTEM_HIVE,
        `${why}, which has no ${WRITE_FILTER[0]} in ${image.place}`,
      )
    const changed = withValue(root, WRITE_FILTER, dwordValue(THRESHOLD, megabytes))
    // The date is part of no decision that Windows makes, and of the bytes.
    return file(fromMemory(encodeHive(changed, { date: HIVE_DATE, fileName: 'SYSTEM' })))
  } catch (error) {
    if (!(error instanceof HiveError)) throw error
    throw new BootWinpeError('FILE_UNREADABLE', SYSTEM_HIVE, `${why}, which cannot be read: ${error.message}`, error)
  }
}
const HIVE_DATE = new Date('1980-01-01T00:00:00Z')

const file = (content: Bytes): Entry => ({ kind: 'file', content })
const text = (content: string): Entry => file(fromMemory(content))
