import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

export type Outcome = 'passed' | 'failed' | 'skipped' | 'not run'

/** How a test ended, or its file when there is no title. */
export interface Row {
  /** Relative to the root of the workspace. */
  readonly file: string
  readonly title?: string | undefined
  readonly outcome: Outcome
  readonly seconds: number
}

export interface Totals {
  readonly passed: number
  /** Tests, hooks, files and promises that failed, and tests that never ended. */
  readonly failed: number
  readonly skipped: number
}

/** The part of AVA's events that is read here. */
interface RunEvent {
  readonly type: string
  readonly testFile?: string
  readonly title?: string
  readonly duration?: number
  readonly skip?: boolean
  readonly logs?: readonly string[]
  readonly forcedExit?: boolean
  readonly stats?: Readonly<Record<string, number>>
}

/** A message of `t.log`, by which a test reports the time in which it only waited for its turn. */
export const waitedFor = (seconds: number): string => `waited ${seconds.toFixed(1)} s for a machine`
const WAITED = /^waited (\d+\.\d) s for a machine$/

/**
 * The part of AVA's configuration that appends how tests, files and the run ended to the file `path`, one JSON object on a line, from the
 * events that AVA's own reporters get.
 */
export const recordRun = (path: string, root: string): object => ({
  nonSemVerExperiments: { observeRunsFromConfig: true },
  async observeRun({ events }: { readonly events: AsyncIterable<RunEvent> }): Promise<void> {
    const append = (row: Row | Totals): void => appendFileSync(path, `${JSON.stringify(row)}\n`)
    const started = new Map<string, number>()
    let stats: Readonly<Record<string, number>> = {}
    for await (const event of events) {
      const { type, title, duration = 0, logs = [] } = event
      const file = event.testFile === undefined ? '' : relative(root, event.testFile)
      const end = (outcome: Outcome, milliseconds: number): void =>
        append({ file, title, outcome, seconds: milliseconds / 1000 - waited(logs) })
      if (type === 'starting') started.set(file, Date.now())
      else if (type === 'selected-test' && event.skip) end('skipped', 0)
      else if (type === 'test-passed') end('passed', duration)
      else if (type === 'test-failed' || type === 'hook-failed') end('failed', duration)
      else if (type === 'worker-failed' || (type === 'worker-finished' && event.forcedExit))
        end('failed', Date.now() - started.get(file)!)
      else if (type === 'worker-finished') end('passed', Date.now() - started.get(file)!)
      else if (type === 'stats') stats = event.stats!
    }
    append(totalsOf(stats))
  },
})

/** For the first machine; what comes later may have waited while others ran. */
function waited(logs: readonly string[]): number {
  const [, seconds = 0] = logs.map(line => WAITED.exec(line)).find(found => found) ?? []
  return Number(seconds)
}

const FAULTS = [
  ...['failedTests', 'remainingTests', 'failedHooks', 'failedWorkers', 'uncaughtExceptions', 'unhandledRejections'],
  ...['timedOutTests', 'unexpectedProcessExits', 'internalErrors', 'sharedWorkerErrors'],
]
const totalsOf = (stats: Readonly<Record<string, number>>): Totals => ({
  passed: (stats.passedTests ?? 0) + (stats.passedKnownFailingTests ?? 0),
  failed: FAULTS.reduce((sum, name) => sum + (stats[name] ?? 0), 0),
  skipped: stats.skippedTests ?? 0,
})

export interface RunRecord {
  readonly tests: readonly Row[]
  readonly files: readonly Row[]
  /** None when AVA did not come to its end. */
  readonly totals: Totals | undefined
}

export function readRecord(path: string): RunRecord {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  const all = lines.map((line): Row | Totals => JSON.parse(line))
  const rows = all.filter((each): each is Row => 'file' in each)
  return {
    tests: rows.filter(({ title }) => title !== undefined),
    files: rows.filter(({ title }) => title === undefined),
    totals: all.find((each): each is Totals => 'passed' in each),
  }
}

/** One line a row: seconds, outcome, test. */
export const tableOf = (rows: readonly Row[]): string =>
  rows
    .map(({ file, title, outcome, seconds }) => {
      const name = title === undefined ? file : `${file}: ${title}`
      return `${seconds.toFixed(1).padStart(8)}  ${outcome.padEnd(7)}  ${name}`
    })
    .join('\n')
