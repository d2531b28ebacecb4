import { chmod, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SequenceState, StateMarker } from './state.ts'
import { openState, sealState } from './state.ts'

/** On the root of a volume; the established name. */
export const STATE_FOLDER = '_SMSTaskSequence'
/** Says in clear whose the state is. */
export const MARKER_PATH: string = `${STATE_FOLDER}/medium.json`

const files = (folder: string) => ({
  state: join(folder, 'state'),
  marker: join(folder, 'medium.json'),
  /** Of the installed system alone, which cannot ask anybody. */
  key: join(folder, 'runtime/key'),
})

/** Writes the state so that it is either the new one or the one before, whenever the power is cut. `folder` is that of the name above. */
export async function writeState(folder: string, state: SequenceState, key: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { descriptor, environment } = state
  const marker: StateMarker = { formatVersion: 1, mediumId: descriptor.id, environment }
  await replace(files(folder).state, sealState(state, key))
  await replace(files(folder).marker, JSON.stringify(marker))
}

/** Keeps room on the volume for the end. Where there is none, there is none. */
export const reserve = (folder: string): Promise<void> =>
  writeFile(join(folder, RESERVE_NAME), Buffer.alloc(RESERVE)).catch(() => {})

export const readState = async (folder: string, key: Uint8Array): Promise<SequenceState> =>
  openState(await readFile(files(folder).state), key)

/** Room that is given up at the end, so that a volume which is full still takes the last words of the log. Bytes. */
const RESERVE = 1 << 20
const RESERVE_NAME = 'reserve'
/** Copies of contents, and working folders of steps. */
const TEMPORARY = ['Packages', 'Files', 'work', RESERVE_NAME] as const

/** The sequence has ended: nothing is to go on. The logs stay. */
export async function removeState(folder: string): Promise<void> {
  for (const path of Object.values(files(folder))) await rm(path, { force: true })
  for (const name of TEMPORARY) await rm(join(folder, name), { recursive: true, force: true })
}

export const writeKey = async (folder: string, key: Uint8Array): Promise<void> => {
  await mkdir(dirname(files(folder).key), { recursive: true })
  await replace(files(folder).key, key)
}
export const readKey = (folder: string): Promise<Uint8Array> => readFile(files(folder).key)

async function replace(path: string, data: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.new`
  await writeFile(unfinished, data, { mode: 0o600, flush: true })
  await chmod(unfinished, 0o600).catch(() => {})
  await rename(unfinished, path)
  // The name is in the folder, which has to be written too. Windows has no such thing.
  if (process.platform === 'win32') return
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
