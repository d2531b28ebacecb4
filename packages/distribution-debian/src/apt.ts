import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseControl, type Stanza } from './control.ts'
import { DebianError } from './errors.ts'
import { type Finished, run } from './process.ts'

/** The build machine's apt with its configured sources and keys, but with separate lists and status: no root, no changes to the system. */
export interface Apt {
  /** Fetches the package lists. A failed source is reported to `onFailure` only: later calls show whether it was needed. */
  update(): Promise<void>
  /** The candidate version of each `name`, or the given one of `name=version`. Unknown packages are omitted. */
  show(packages: readonly string[]): Promise<readonly Stanza[]>
  /** Downloads `name=version` into `folder` and verifies it. False when a package is no longer available. */
  download(packages: readonly string[], folder: string): Promise<boolean>
}

/** How long to wait for another build that shares the folder and is fetching the lists. */
const LOCK_WAIT_SECONDS = 120

/** Disables the system's hooks (clearing its cache, notifying the desktop), which are meant for the system's own lists. apt.conf(5) */
const NO_HOOKS = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success']
  .map(name => `#clear APT::Update::${name};\n`)
  .join('')

/** Prepares `folder` for apt, with one subfolder per architecture. Calls throw {@link DebianError} `APT_MISSING` without apt. */
export async function openApt(
  folder: string,
  architecture: string,
  { signal, onFailure }: { readonly signal: AbortSignal; readonly onFailure: (message: string) => void },
): Promise<Apt> {
  const state = join(folder, architecture)
  const status = join(state, 'status')
  await mkdir(join(state, 'lists', 'partial'), { recursive: true })
  await mkdir(join(state, 'archives', 'partial'), { recursive: true })
  await writeFile(status, '')
  // Replaced atomically: another build may be reading it.
  const configuration = join(state, 'apt.conf')
  const unfinished = `${configuration}.${randomUUID()}`
  await writeFile(unfinished, NO_HOOKS)
  await rename(unfinished, configuration)
  const settings: Readonly<Record<string, string>> = {
    'Dir::State': state,
    'Dir::State::lists': 'lists/',
    'Dir::State::status': status,
    'Dir::Cache': state,
    'Dir::Cache::archives': 'archives/',
    'APT::Architecture': architecture,
    'APT::Architectures::': architecture,
    // As root, apt would otherwise drop its privileges and then be unable to enter this folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '3',
    'Acquire::Languages': 'none',
  }
  const options = [
    '-c',
    configuration,
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
  ]

  const apt = async (program: string, args: readonly string[], cwd = state): Promise<Finished> => {
    const finished = await run(program, [...options, '-q', ...args], { folder: cwd, signal })
    if (finished.isMissing)
      throw new DebianError(
        'APT_MISSING',
        program,
        `${program} was not found; it downloads the packages of a Debian boot image. Build on Debian or a derivative, or name the parts under \`files\``,
      )
    return finished
  }
  return {
    async update() {
      for (let seconds = 0; ; seconds += 1) {
        const { code, stderr } = await apt('apt-get', ['update'])
        if (code === 0) return
        if (!stderr.includes('Could not get lock') || seconds >= LOCK_WAIT_SECONDS) return onFailure(stderr.trim())
        await wait(1000, undefined, { signal })
      }
    },
    async show(packages) {
      const { code, stdout } = await apt('apt-cache', ['show', '--no-all-versions', ...packages])
      return code === 0 ? parseControl(stdout) : []
    },
    async download(packages, into) {
      const { code, stderr } = await apt('apt-get', ['download', ...packages], into)
      if (code !== 0) onFailure(stderr.trim())
      return code === 0
    },
  }
}
