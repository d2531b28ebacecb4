// The tests in two rings. The inner one is one run of AVA over all packages; of the outer one each file is a run of its own, so that they
// can be ordered, and the last ones left out when time is short.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Row, type RunRecord, readRecord, type Totals, tableOf } from './test-record.ts'

const USAGE = `usage: npm test -- [options] [test files]

  --ring inner|outer|all  inner when absent
  --within MINUTES        starts no file of the outer ring later than that
  --durations             prints the slowest tests`
const OUTER = ['e2e', 'packages/*', 'fuzz'].map(folder => `${folder}/test/**/*.outer.test.ts`)
/** Of the outer ring, those that take longest, which start first. */
const LONGEST = ['power-cuts', 'site-faults', 'boot']
const SLOWEST_SHOWN = 30
const RECENT_COMMITS = 30
/** Files at once: one more than processors, as tests also wait. How many machines run at once is up to `e2e/support/machines.ts`. */
const CONCURRENCY = availableParallelism() + 1

const { values, positionals } = readArguments()

const folder = mkdtempSync(join(tmpdir(), 'bootwright-records-'))
const started = Date.now()
const records: RunRecord[] = []
const notRun: Row[] = []
if (positionals.length > 0) await runAva(positionals)
else {
  if (values.ring !== 'outer') await runAva([])
  if (values.ring !== 'inner') await runOuterRing()
}
process.exitCode = conclude()

function readArguments() {
  const options = {
    ring: { type: 'string', default: 'inner' },
    within: { type: 'string' },
    durations: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    const read = parseArgs({ options, allowPositionals: true })
    const { help, ring, within } = read.values
    if (help) console.log(USAGE)
    if (help) process.exit()
    if (!['inner', 'outer', 'all'].includes(ring)) throw new Error(`--ring ${ring} is not inner, outer or all`)
    if (within !== undefined && !/^\d+$/.test(within)) throw new Error(`--within ${within} is not a number of minutes`)
    return read
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}

/** Runs AVA once; its output is shown as it comes, or in one piece at the end. */
async function runAva(args: readonly string[], { isGrouped = false } = {}): Promise<void> {
  const path = join(folder, `record-${records.length}-${process.hrtime.bigint()}`)
  const child = spawn(
    process.execPath,
    ['node_modules/ava/entrypoints/cli.js', `--concurrency=${CONCURRENCY}`, ...args],
    {
      stdio: ['ignore', isGrouped ? 'pipe' : 'inherit', isGrouped ? 'pipe' : 'inherit'],
      env: { ...process.env, BOOTWRIGHT_TEST_RECORD: path },
    },
  )
  const output = isGrouped ? outputOf(child) : undefined
  const code = await new Promise(resolve => child.once('close', resolve))
  if (output) process.stdout.write(`\n── ${args.join(' ')}\n${output.text}`)
  const record = readRecord(path)
  const totals = record.totals ?? { passed: 0, failed: 0, skipped: 0 }
  // A run that broke without a count of its own is a failure too.
  records.push({ ...record, totals: code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals })
}

function outputOf(child: ChildProcess): { text: string } {
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => (output.text += text))
  return output
}

async function runOuterRing(): Promise<void> {
  const waiting = inOrder(globSync(OUTER))
  const deadline = values.within === undefined ? Number.POSITIVE_INFINITY : started + Number(values.within) * 60_000
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift())
      if (Date.now() < deadline) await runAva([file], { isGrouped: true })
      else notRun.push({ file, outcome: 'not run', seconds: 0 })
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
}

/** Those of which something has changed lately come first, then those that take longest. */
function inOrder(files: readonly string[]): string[] {
  const changed = changedFiles()
  const rank = (file: string): number => {
    const longest = LONGEST.findIndex(name => file.includes(`/${name}.`))
    return (isAbout(file, changed) ? 0 : 100) + (longest < 0 ? LONGEST.length : longest)
  }
  return files.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/** Whether the test, its package or a package that it names has changed. */
function isAbout(file: string, changed: readonly string[]): boolean {
  const named = [...readFileSync(file, 'utf8').matchAll(/@bootwright\/([\w-]+)|'((?:plugin|boot|target)-[\w-]+)'/g)]
  const own = file.startsWith('packages/') ? [file.split('/', 2)[1]!] : []
  const packages = new Set([...named.map(([, scoped, bare]) => scoped ?? bare!), ...own])
  return changed.some(path => path === file || packages.has(/^packages\/([^/]+)/.exec(path)?.[1] ?? ''))
}

/** Since the last release, or in the last commits. None without a history: then the order is fixed. */
function changedFiles(): readonly string[] {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  for (const base of [() => git('describe', '--tags', '--abbrev=0'), () => git('rev-parse', `HEAD~${RECENT_COMMITS}`)])
    try {
      return git('diff', '--name-only', base()).split('\n')
    } catch {}
  return []
}

function conclude(): number {
  const tests = records.flatMap(record => record.tests)
  const slowestFirst = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => b.seconds - a.seconds)
  if (values.durations)
    console.log(`\nSlowest tests, in seconds:\n${tableOf(slowestFirst(tests).slice(0, SLOWEST_SHOWN))}`)
  if (values.ring !== 'inner') {
    const isShown = ({ file }: Row): boolean => file.startsWith('e2e/') || file.includes('.outer.')
    const shown = tests.filter(row => isShown(row) || row.outcome === 'failed')
    const files = records.flatMap(record => record.files).filter(row => !isShown(row))
    console.log(
      `\nSeconds, outcome, test; of packages, their files:\n${tableOf([...slowestFirst(shown), ...slowestFirst(files), ...notRun])}`,
    )
    if (notRun.length > 0) console.log(`\n${notRun.length} files of the outer ring were not run: time was up`)
  }
  const sum = (key: keyof Totals): number => records.reduce((total, { totals }) => total + totals![key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  const minutes = (Date.now() - started) / 60_000
  console.log(`\n${minutes.toFixed(1)} minutes`)
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  return failed ? 1 : 0
}
