import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BootLinuxError } from '../errors.ts'
import { type Finished, run } from '../process.ts'
import { parseControl, type Stanza } from './control.ts'

/** The host's apt with its sources and keys, but with lists and status of its own: no root, no trace in the system. */
export interface Apt {
  /** Fetches the package lists. A source that fails is left to the later steps, which find out whether it mattered. */
  update(): Promise<void>
  /** The newest allowed version of each `name`, or that of `name=version`. What apt does not know is left out. */
  show(packages: readonly string[]): Promise<readonly Stanza[]>
  /** Fetches and verifies `name=version` into `folder`. False when some are to be had no more. */
  download(packages: readonly string[], folder: string): Promise<boolean>
}

/** Another build that shares the folder may be fetching the lists. */
const LOCK_WAIT_SECONDS = 120

/** What the system does after its own lists were fetched (empty its cache, tell the desktop) is not for lists of our own. apt.conf(5) */
const NO_HOOKS = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success']
  .map(name => `#clear APT::Update::${name};\n`)
  .join('')

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
  // Another build may be reading it.
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
    // A build that runs as root would otherwise give up its rights and then be unable to enter this folder.
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
      throw new BootLinuxError(
        'APT_MISSING',
        program,
        `this machine has no ${program}, which obtains the parts of a Debian boot image; build on Debian or Ubuntu, or give the parts by \`files:\``,
      )
    return finished
  }
  return {
    async update() {
      for (let waited = 0; ; waited += 1) {
        const { code, stderr } = await apt('apt-get', ['update'])
        if (code === 0) return
        if (!stderr.includes('Could not get lock') || waited >= LOCK_WAIT_SECONDS) return onFailure(stderr.trim())
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
