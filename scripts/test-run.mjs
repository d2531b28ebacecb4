// What a test run starts and writes goes with it, however it ends: by itself, by Ctrl-C or killed. A reaper in a process of its own waits
// for the end of the one that opened the run, kills every process that the run left and removes its temporary folder.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
/** The variable by which the processes of a run are known; it holds the folder of the run. */
const RUN = 'BOOTWRIGHT_TEST_RUN'
/** A fork bomb is not to keep the reaper for ever. */
const MOST_ROUNDS = 100

/**
 * The folder of this test run, in which its processes put their temporary files; opens the run when there is none yet. What tests prepare
 * for later runs too is in the folder `BOOTWRIGHT_TEST_CACHE`.
 * @returns {string}
 */
export function openTestRun() {
  const known = process.env[RUN]
  if (known) return known
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootwright-run-')))
  // Servers that give up root, such as PostgreSQL, pass through it.
  chmodSync(folder, 0o711)
  const { XDG_CACHE_HOME: caches } = process.env
  const cache = join(caches || join(homedir(), '.cache'), 'bootwright-tests')
  // Its input ends with this process. It is no part of the run, and Ctrl-C is not for it.
  const reaper = spawn(process.execPath, [self, folder, cache], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  reaper.unref()
  reaper.stdin.unref()
  // Node strips types and compiles a module once, not once for each test file.
  const compiled = { NODE_COMPILE_CACHE: join(cache, 'compiled') }
  // Boot images are made once for all tests.
  const library = { BOOTWRIGHT_LIBRARY: join(cache, 'library') }
  // Outside tools speak English, and read names as UTF-8, whatever the locale of this computer.
  const locale = { LC_ALL: 'C.UTF-8' }
  Object.assign(process.env, {
    [RUN]: folder,
    TMPDIR: folder,
    BOOTWRIGHT_TEST_CACHE: cache,
    ...compiled,
    ...library,
    ...locale,
  })
  return folder
}

/**
 * The processes that carry the mark of a run, which children inherit, but for this one.
 * @param {string} folder of the run
 * @returns {{ pid: number, command: string }[]} none where there is no /proc
 */
export function processesOf(folder) {
  if (!existsSync('/proc/self/environ')) return []
  const mark = `${RUN}=${folder}`
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!pid || pid === process.pid) return []
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)) return []
      return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }]
    } catch {
      return [] // ended meanwhile, or somebody else's
    }
  })
}

/** Ends what is left of a run, and removes its folder and what it has not completed in the cache. */
async function reap(folder, cache) {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const left = processesOf(folder)
    for (const { pid } of left)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {} // ended meanwhile
    // Zombies have no mark any more.
    if (left.length === 0) break
    await sleep(50)
  }
  const incomplete = existsSync(cache) ? readdirSync(cache).filter(name => name.endsWith(`.${basename(folder)}`)) : []
  for (const path of [folder, ...incomplete.map(name => join(cache, name))])
    rmSync(path, { recursive: true, force: true, maxRetries: 10 })
}

if (process.argv[1] === self) process.stdin.resume().on('close', () => reap(process.argv[2], process.argv[3]))
